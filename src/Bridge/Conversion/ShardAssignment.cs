using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// Which rank writes what. The first of those that have it would do, but then data-parallel copies would idle, so Megatron
/// spreads the tensors of a data-parallel group evenly over its ranks (fully parallel save). Objects stay with the first.
/// </summary>
internal static class ShardAssignment
{
    private static readonly IComparer<Shape> OffsetOrder = Comparer<Shape>.Create(
        (left, right) => left.AsSpan().SequenceCompareTo(right.AsSpan())
    );

    /// <summary>The writing rank of each item, in the order given.</summary>
    public static int[] Assign(RankGrid grid, IReadOnlyList<ShardItem> items)
    {
        int[] writers = new int[items.Count];
        Dictionary<int, List<Shared>> groups = []; // by their first rank
        Dictionary<(int Stage, int? TpRank, int? ExpertShare), Place> places = []; // a few, each of many items
        for (int i = 0; i < items.Count; i++)
        {
            int stage = items[i].Entry.Stage;
            int? tpRank = (items[i] as PlannedChunk)?.Chunk.TpRank;
            int? share = ExpertShare(grid, items[i].Entry);
            if (!places.TryGetValue((stage, tpRank, share), out Place? place))
            {
                place = Place.Of(grid, grid.Stage(stage).Where(rank => Has(grid, rank, tpRank, share)));
                places.Add((stage, tpRank, share), place);
            }

            writers[i] = place.First;
            if (place.GroupSize > 1 && items[i] is PlannedChunk chunk)
            {
                if (!groups.TryGetValue(place.Group, out List<Shared>? shared))
                {
                    groups.Add(place.Group, shared = []);
                }

                shared.Add(new(i, chunk, place.Holders));
            }
        }

        foreach (List<Shared> group in groups.Values)
        {
            Balance(group, writers);
        }

        return writers;
    }

    /// <summary>Which share of the experts an entry belongs to, or null.</summary>
    private static int? ExpertShare(RankGrid grid, ModelEntry entry) =>
        entry.Expert is int expert ? expert / RankPlace.ExpertsOfRank(entry, grid.Sizes) : null;

    private static bool Has(RankGrid grid, int rank, int? tpRank, int? expertShare) =>
        expertShare is null
            ? tpRank is null || tpRank == grid.Tp(rank)
            : expertShare == grid.Ep(rank) && (tpRank is null || tpRank == grid.Etp(rank));

    /// <summary>
    /// Megatron's greedy rule: chunks with the fewest holders first, then the largest, then by key and offset; each goes to
    /// the rank with the fewest bytes so far, the lowest of equals.
    /// </summary>
    private static void Balance(List<Shared> group, int[] writers)
    {
        Dictionary<int, long> load = [];
        foreach (
            Shared shared in group
                .OrderBy(entry => entry.Holders.Length)
                .ThenByDescending(entry => entry.Chunk.View.ByteCount)
                .ThenBy(entry => entry.Chunk.Chunk.Key, StringComparer.Ordinal)
                .ThenBy(entry => entry.Chunk.Chunk.InKey.Offsets, OffsetOrder)
        )
        {
            int writer = shared.Holders.MinBy(rank => (load.GetValueOrDefault(rank), rank));
            load[writer] = load.GetValueOrDefault(writer) + shared.Chunk.View.ByteCount;
            writers[shared.Item] = writer;
        }
    }

    /// <summary>Who has an item: the first rank, its data-parallel group (by that one's first) and those of it that have it too.</summary>
    private sealed record Place(int First, int Group, int GroupSize, int[] Holders)
    {
        public static Place Of(RankGrid grid, IEnumerable<int> ranks)
        {
            int[] holders = [.. ranks];
            int[] group = [.. grid.DataParallelGroup(holders[0])];
            return new(holders[0], group[0], group.Length, [.. holders.Intersect(group)]);
        }
    }

    private sealed record Shared(int Item, PlannedChunk Chunk, int[] Holders);
}
