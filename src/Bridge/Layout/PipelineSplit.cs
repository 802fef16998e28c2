using MegatronBridge.Config;

namespace MegatronBridge.Layout;

/// <summary>Which pipeline rank, and which virtual stage on it, has each decoder layer.</summary>
/// <remarks>
/// Rules of Megatron-Core: equal stages; with virtual stages the layers go round the ranks in blocks; the first and the
/// last stage may be told to have another number of layers; the embedding and the loss may count as a layer.
/// </remarks>
public sealed class PipelineSplit
{
    private readonly (int Pp, int Vp)[] _stageOfLayer;

    /// <summary>Splits the layers of <paramref name="provider"/> as its pipeline fields say.</summary>
    /// <exception cref="LayoutException">The layers do not divide.</exception>
    public PipelineSplit(ModelProvider provider)
    {
        int pp = provider.PipelineModelParallelSize;
        int vp = provider.VirtualPipelineModelParallelSize ?? 1;
        int[] counts = LayersPerRank(provider, pp);
        bool embeddingCounts = provider.AccountForEmbeddingInPipelineSplit;
        bool lossCounts = provider.AccountForLossInPipelineSplit;

        List<(int Pp, int Vp)> stages = [];
        for (int chunk = 0; chunk < vp; chunk++)
        {
            for (int rank = 0; rank < pp; rank++)
            {
                if (counts[rank] % vp != 0)
                {
                    throw new LayoutException(
                        $"Pipeline rank {rank} has {counts[rank]} layers, which do not divide into {vp} virtual stages."
                    );
                }

                int count = counts[rank] / vp;
                count -= embeddingCounts && rank == 0 && chunk == 0 ? 1 : 0;
                count -= lossCounts && rank == pp - 1 && chunk == vp - 1 ? 1 : 0;
                stages.AddRange(Enumerable.Repeat((rank, chunk), count));
            }
        }

        _stageOfLayer = [.. stages];
    }

    /// <summary>Pipeline rank and virtual stage of a layer.</summary>
    public (int Pp, int Vp) StageOf(int layer) => _stageOfLayer[layer];

    private static int[] LayersPerRank(ModelProvider provider, int pp)
    {
        int layers = provider.NumLayers;
        if (provider.PipelineModelParallelLayout is not null)
        {
            throw new LayoutException(
                "pipeline_model_parallel_layout is set; conversion takes equal stages or num_layers_in_first/last_pipeline_stage."
            );
        }

        int? first = provider.NumLayersInFirstPipelineStage;
        int? last = provider.NumLayersInLastPipelineStage;
        int extra =
            (provider.AccountForEmbeddingInPipelineSplit ? 1 : 0) + (provider.AccountForLossInPipelineSplit ? 1 : 0);
        int left = layers + extra - (first ?? 0) - (last ?? 0);
        int ranks = pp - (first is null ? 0 : 1) - (last is null ? 0 : 1);
        if (left < 0 || ranks < 0 || (ranks == 0 ? left != 0 : left % ranks != 0))
        {
            throw new LayoutException(
                $"{left} layers do not divide over {ranks} pipeline ranks (the model has {layers} layers; "
                    + $"{pp} ranks, first stage {first?.ToString() ?? "as the rest"}, last stage {last?.ToString() ?? "as the rest"}). "
                    + "Choose another --pp, or set num_layers_in_first_pipeline_stage and num_layers_in_last_pipeline_stage."
            );
        }

        int[] counts = new int[pp];
        Array.Fill(counts, ranks == 0 ? 0 : left / ranks);
        counts[0] = first ?? counts[0];
        counts[^1] = last ?? counts[^1];
        return counts;
    }
}
