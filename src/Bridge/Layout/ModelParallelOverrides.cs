using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Layout;

/// <summary>Fields that lay a model out over ranks, to be set in place of those of a config; null leaves a field as it is.</summary>
public sealed record ModelParallelOverrides
{
    /// <summary>Ranks that share each matrix.</summary>
    public int? TensorModelParallelSize { get; init; }

    /// <summary>Stages that share the layers.</summary>
    public int? PipelineModelParallelSize { get; init; }

    /// <summary>Layers of the first pipeline stage.</summary>
    public int? NumLayersInFirstPipelineStage { get; init; }

    /// <summary>Layers of the last pipeline stage.</summary>
    public int? NumLayersInLastPipelineStage { get; init; }

    /// <summary>Ranks that share a sequence.</summary>
    public int? ContextParallelSize { get; init; }

    /// <summary>Ranks that share the experts of a layer.</summary>
    public int? ExpertModelParallelSize { get; init; }

    /// <summary>Ranks that share the matrices of an expert.</summary>
    public int? ExpertTensorParallelSize { get; init; }

    /// <summary>True when tensor parallel ranks also share the sequence between their matrices.</summary>
    public bool? SequenceParallel { get; init; }

    /// <summary>Virtual stages on each pipeline rank.</summary>
    public int? VirtualPipelineModelParallelSize { get; init; }

    /// <summary>Sizes of nested context parallel groups.</summary>
    public IReadOnlyList<int>? HierarchicalContextParallelSizes { get; init; }

    /// <summary>Which layers each stage has, written out as text or lists.</summary>
    public ConfigValue? PipelineModelParallelLayout { get; init; }

    /// <summary>Element type of what pipeline stages send.</summary>
    public DType? PipelineDtype { get; init; }

    /// <summary>The sizes alone. Data parallelism is what they leave of the world.</summary>
    public static ModelParallelOverrides Of(ParallelSizes sizes) =>
        new()
        {
            TensorModelParallelSize = sizes.Tp,
            PipelineModelParallelSize = sizes.Pp,
            VirtualPipelineModelParallelSize = sizes.Vp > 1 ? sizes.Vp : null,
            ExpertModelParallelSize = sizes.Ep,
            ExpertTensorParallelSize = sizes.Etp,
            ContextParallelSize = sizes.Cp,
        };

    /// <summary>Sets what is given.</summary>
    public void ApplyTo(ModelProvider provider)
    {
        provider.TensorModelParallelSize = TensorModelParallelSize ?? provider.TensorModelParallelSize;
        provider.PipelineModelParallelSize = PipelineModelParallelSize ?? provider.PipelineModelParallelSize;
        provider.NumLayersInFirstPipelineStage =
            NumLayersInFirstPipelineStage ?? provider.NumLayersInFirstPipelineStage;
        provider.NumLayersInLastPipelineStage = NumLayersInLastPipelineStage ?? provider.NumLayersInLastPipelineStage;
        provider.ContextParallelSize = ContextParallelSize ?? provider.ContextParallelSize;
        provider.ExpertModelParallelSize = ExpertModelParallelSize ?? provider.ExpertModelParallelSize;
        provider.ExpertTensorParallelSize = ExpertTensorParallelSize ?? provider.ExpertTensorParallelSize;
        provider.SequenceParallel = SequenceParallel ?? provider.SequenceParallel;
        provider.VirtualPipelineModelParallelSize =
            VirtualPipelineModelParallelSize ?? provider.VirtualPipelineModelParallelSize;
        provider.PipelineModelParallelLayout = PipelineModelParallelLayout ?? provider.PipelineModelParallelLayout;
        provider.PipelineDtype = PipelineDtype ?? provider.PipelineDtype;
        if (HierarchicalContextParallelSizes is { } nested)
        {
            provider.SetIfHas(
                "hierarchical_context_parallel_sizes",
                ConfigValue.ListOf(nested.Select(size => (ConfigValue)(long)size))
            );
        }
    }
}
