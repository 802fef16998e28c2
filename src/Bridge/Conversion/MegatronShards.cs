using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>What each rank of a layout writes of a planned model, in the order in which Megatron writes it.</summary>
public sealed class MegatronShards
{
    private MegatronShards(IReadOnlyList<RankShards> ranks) => Ranks = ranks;

    /// <summary>All ranks, those with nothing to write included.</summary>
    public IReadOnlyList<RankShards> Ranks { get; }

    /// <summary>Cuts the parameters of <paramref name="plan"/> and gives each piece to a rank.</summary>
    /// <exception cref="LayoutException">Some parameters do not divide.</exception>
    public static MegatronShards Of(ImportPlan plan, ParallelSizes sizes)
    {
        RankGrid grid = new(sizes);
        List<ParameterChunk> chunks = [];
        List<TensorView> views = [];
        foreach (PlannedParameter parameter in plan.Parameters)
        {
            foreach (ParameterChunk chunk in ParameterChunk.Cut(parameter.Binding.Parameter, sizes))
            {
                chunks.Add(chunk);
                views.Add(parameter.View.Slice(chunk.InParameter).Reshape(chunk.InKey.Sizes));
            }
        }

        int[] writers = ShardAssignment.Assign(grid, chunks, [.. views.Select(view => view.ByteCount)]);
        ILookup<int, PlannedChunk> chunksOf = chunks
            .Select((chunk, i) => (Writer: writers[i], Chunk: new PlannedChunk(chunk, views[i])))
            .ToLookup(entry => entry.Writer, entry => entry.Chunk);
        ILookup<int, ModelObject> objectsOf = plan.Table.Objects.ToLookup(entry =>
            ShardAssignment.WriterOf(grid, entry)
        );

        // Megatron gathers the chunks of a key before it writes: keys in the order of their first chunk on the rank.
        return new([
            .. grid.Ranks.Select(rank => new RankShards(
                rank,
                [.. chunksOf[rank].GroupBy(chunk => chunk.Chunk.Key).SelectMany(key => key)],
                [.. objectsOf[rank]]
            )),
        ]);
    }
}
