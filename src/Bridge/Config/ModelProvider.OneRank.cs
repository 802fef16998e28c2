using MegatronBridge.Layout;

namespace MegatronBridge.Config;

// How a checkpoint was cut does not matter to those who read it.
public partial class ModelProvider
{
    /// <summary>Takes back what lays the model out: all sizes are 1, and no stage of a pipeline has a number of layers of its own.</summary>
    internal void LayOutOnOneRank()
    {
        ParallelSizes.One.ApplyTo(this);
        SequenceParallel = false;
        NumLayersInFirstPipelineStage = null;
        NumLayersInLastPipelineStage = null;
        SetIfHas("hierarchical_context_parallel_sizes", ConfigValue.Null);
        if (Has("hybrid_layer_pattern"))
        {
            HybridLayerPattern = HybridLayerPattern?.Replace("|", "", StringComparison.Ordinal);
        }
    }
}
