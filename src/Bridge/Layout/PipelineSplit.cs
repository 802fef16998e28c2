using MegatronBridge.Config;

namespace MegatronBridge.Layout;

/// <summary>Which pipeline rank, and which virtual stage on it, has each layer.</summary>
/// <remarks>
/// Rules of Megatron-Core: equal stages; with virtual stages the layers go round the ranks in blocks; the first and the
/// last stage may be told to have another number of layers; the embedding and the loss may count as a layer; or the whole
/// pipeline is written out.
/// </remarks>
public sealed class PipelineSplit
{
    private readonly int _pp;
    private readonly IReadOnlyList<string> _stages; // each a text of layers, see PipelineLayout
    private readonly (int Pp, int Vp)[] _stageOfLayer;

    /// <summary>Splits the layers of <paramref name="provider"/> as its pipeline fields say.</summary>
    /// <exception cref="LayoutException">The layers do not divide.</exception>
    public PipelineSplit(ModelProvider provider)
    {
        _pp = provider.PipelineModelParallelSize;
        _stages =
            provider.PipelineModelParallelLayout is { IsNull: false } layout
                ? WrittenOut(provider, PipelineLayout.Parse(layout))
            : provider.Has("hybrid_layer_pattern") && HybridPattern.Of(provider) is { Stages.Count: > 1 } pattern
                ? OfPattern(pattern, _pp)
            : Counted(provider);
        _stageOfLayer =
        [
            .. _stages
                .Index()
                .SelectMany(stage =>
                    stage.Item.Where(layer => layer == 't').Select(_ => (stage.Index % _pp, stage.Index / _pp))
                ),
        ];
    }

    /// <summary>Where the layers for multi-token prediction are: with the loss, unless the pipeline is written out.</summary>
    public (int Pp, int Vp) MtpStage
    {
        get
        {
            int stage = _stages.ToList().FindIndex(layers => layers.Contains('m', StringComparison.Ordinal));
            return stage < 0 ? LossStage : (stage % _pp, stage / _pp);
        }
    }

    /// <summary>Where the last norm and the output layer are: at the end.</summary>
    public (int Pp, int Vp) LossStage => (_pp - 1, (_stages.Count / _pp) - 1);

    /// <summary>Pipeline rank and virtual stage of a decoder layer.</summary>
    public (int Pp, int Vp) StageOf(int layer) => _stageOfLayer[layer];

    private static IReadOnlyList<string> WrittenOut(ModelProvider provider, IReadOnlyList<string> stages)
    {
        string layers = string.Concat(stages);
        List<string> faults = [];
        if (!layers.StartsWith('E') || !layers.EndsWith('L') || layers.Count(layer => layer is 'E' or 'L') != 2)
        {
            faults.Add("pipeline_model_parallel_layout must begin with the one embedding and end with the one loss.");
        }

        int decoderLayers = layers.Count(layer => layer == 't');
        if (decoderLayers != provider.NumLayers)
        {
            faults.Add(
                $"pipeline_model_parallel_layout has {decoderLayers} decoder layers, the model has {provider.NumLayers}."
            );
        }

        int chunks = provider.PipelineModelParallelSize * (provider.VirtualPipelineModelParallelSize ?? 1);
        bool isVirtual = provider.VirtualPipelineModelParallelSize is not null;
        if (isVirtual ? stages.Count != chunks : stages.Count % chunks != 0)
        {
            faults.Add(
                isVirtual
                    ? $"pipeline_model_parallel_layout has {stages.Count} stages, but {provider.PipelineModelParallelSize} pipeline ranks with "
                        + $"{provider.VirtualPipelineModelParallelSize} virtual stages each have {chunks}."
                    : $"pipeline_model_parallel_layout has {stages.Count} stages, which is no multiple of "
                        + $"{provider.PipelineModelParallelSize} pipeline ranks."
            );
        }

        LayoutException.ThrowIfAny(faults);
        return stages;
    }

    /// <summary>The stages that the bars of a hybrid model's pattern make.</summary>
    private static IReadOnlyList<string> OfPattern(HybridPattern pattern, int pp) =>
        pattern.Stages.Count % pp == 0
            ? [.. pattern.Stages.Select(layers => new string('t', layers.Length))]
            : throw new LayoutException(
                $"hybrid_layer_pattern has {pattern.Stages.Count} pipeline stages, which do not go round {pp} ranks evenly."
            );

    private static List<string> Counted(ModelProvider provider)
    {
        int pp = provider.PipelineModelParallelSize;
        int vp = provider.VirtualPipelineModelParallelSize ?? 1;
        int[] counts = LayersPerRank(provider, pp);
        List<string> stages = [];
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
                count -= provider.AccountForEmbeddingInPipelineSplit && rank == 0 && chunk == 0 ? 1 : 0;
                count -= provider.AccountForLossInPipelineSplit && rank == pp - 1 && chunk == vp - 1 ? 1 : 0;
                stages.Add(new string('t', Math.Max(0, count)));
            }
        }

        return stages;
    }

    private static int[] LayersPerRank(ModelProvider provider, int pp)
    {
        int layers = provider.NumLayers;
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
