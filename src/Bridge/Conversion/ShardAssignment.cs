using MegatronBridge.Layout;
using MegatronBridge.Model;
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
        int[][] groupOf = [.. grid.Ranks.Select(rank => grid.DataParallelGroup(rank).ToArray())];
        for (int i = 0; i < items.Count; i++)
        {
            int[] holders = [.. grid.Stage(items[i].Entry.Stage).Where(rank => Has(grid, rank, items[i]))];
            writers[i] = holders[0];
            int[] group = groupOf[holders[0]];
            if (group.Length > 1 && items[i] is PlannedChunk chunk)
            {
                if (!groups.TryGetValue(group[0], out List<Shared>? shared))
                {
                    groups.Add(group[0], shared = []);
                }

                shared.Add(new(i, chunk, [.. holders.Intersect(group)]));
            }
        }

        foreach (List<Shared> group in groups.Values)
        {
            Balance(group, writers);
        }

        return writers;
    }

    private static bool Has(RankGrid grid, int rank, ShardItem item)
    {
        int? tpRank = (item as PlannedChunk)?.Chunk.TpRank;
        if (item.Entry.Expert is not int expert)
        {
            return tpRank is null || tpRank == grid.Tp(rank);
        }

        int expertsOfRank = item.Entry.Axes[^1].Count / grid.Sizes.Ep;
        return expert / expertsOfRank == grid.Ep(rank) && (tpRank is null || tpRank == grid.Etp(rank));
    }

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

    private sealed record Shared(int Item, PlannedChunk Chunk, int[] Holders);
}
