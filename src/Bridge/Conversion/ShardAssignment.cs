using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>
/// Which rank writes which chunk. The first of those that have it would do, but then data-parallel copies would idle, so
/// Megatron spreads the chunks of a data-parallel group evenly over its ranks (fully parallel save).
/// </summary>
internal static class ShardAssignment
{
    /// <summary>The writing rank of each chunk, in the order given. <paramref name="bytes"/> are the sizes of the chunks.</summary>
    public static int[] Assign(RankGrid grid, IReadOnlyList<ParameterChunk> chunks, IReadOnlyList<long> bytes)
    {
        int[] writers = new int[chunks.Count];
        List<(int Chunk, int[] Holders)> shared = [];
        for (int i = 0; i < chunks.Count; i++)
        {
            int[] holders = [.. grid.Stage(chunks[i].Parameter.Stage).Where(rank => Has(grid, rank, chunks[i]))];
            int main = holders[0];
            shared.Add((i, [.. holders.Intersect(grid.DataParallelGroup(main))]));
        }

        // A group is named by its first rank; each is balanced on its own.
        foreach (var group in shared.GroupBy(entry => grid.DataParallelGroup(entry.Holders[0]).First()))
        {
            Balance(group, chunks, bytes, writers);
        }

        return writers;
    }

    /// <summary>The rank that writes an object: the first that has it.</summary>
    public static int WriterOf(RankGrid grid, ModelObject modelObject) =>
        grid.Stage(modelObject.Stage)
            .First(rank =>
                modelObject.Expert is not int expert || HasExpert(grid, rank, expert, modelObject.Axes[^1].Count)
            );

    private static bool Has(RankGrid grid, int rank, ParameterChunk chunk) =>
        chunk.Parameter.Expert is int expert
            ? HasExpert(grid, rank, expert, chunk.Parameter.Axes[^1].Count)
                && (chunk.TpRank is null || chunk.TpRank == grid.Etp(rank))
            : chunk.TpRank is null || chunk.TpRank == grid.Tp(rank);

    private static bool HasExpert(RankGrid grid, int rank, int expert, int experts) =>
        expert / (experts / grid.Sizes.Ep) == grid.Ep(rank);

    /// <summary>
    /// Megatron's greedy rule: chunks with the fewest holders first, then the largest, then by key and offset; each goes to
    /// the rank with the fewest bytes so far, the lowest of equals.
    /// </summary>
    private static void Balance(
        IEnumerable<(int Chunk, int[] Holders)> group,
        IReadOnlyList<ParameterChunk> chunks,
        IReadOnlyList<long> bytes,
        int[] writers
    )
    {
        Dictionary<int, long> load = [];
        foreach (
            (int chunk, int[] holders) in group
                .OrderBy(entry => entry.Holders.Length)
                .ThenByDescending(entry => bytes[entry.Chunk])
                .ThenBy(entry => chunks[entry.Chunk].Key, StringComparer.Ordinal)
                .ThenBy(entry => chunks[entry.Chunk].InKey.Offsets, OffsetOrder)
        )
        {
            int writer = holders.MinBy(rank => (load.GetValueOrDefault(rank), rank));
            load[writer] = load.GetValueOrDefault(writer) + bytes[chunk];
            writers[chunk] = writer;
        }
    }

    private static readonly IComparer<Storage.Tensors.Shape> OffsetOrder = Comparer<Storage.Tensors.Shape>.Create(
        (left, right) => left.AsSpan().SequenceCompareTo(right.AsSpan())
    );
}
