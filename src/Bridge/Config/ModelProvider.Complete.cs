using MegatronBridge.Layout;

namespace MegatronBridge.Config;

// What follows from the fields that only a whole model has.
public abstract partial class ModelProvider
{
    internal override void CompleteFields()
    {
        CompletePattern();
        CompleteLayout();
        base.CompleteFields();
        CompleteBlocks();
        CompleteHashLayers();

        // Models of the GPT kind fuse rotary embeddings only when they are plain ones.
        if (Has("transformer_layer_spec") && PositionEmbeddingType != "rope")
        {
            this["apply_rope_fusion"] = false;
        }
    }

    // A pipeline that is written out tells the number of virtual stages itself.
    private void CompleteLayout()
    {
        int ranks = PipelineModelParallelSize;
        if (PipelineModelParallelLayout is not (ConfigValue.Text or ConfigValue.List) || ranks < 1)
        {
            return;
        }

        IReadOnlyList<string> stages = PipelineLayout.Parse(PipelineModelParallelLayout);
        if (VirtualPipelineModelParallelSize is null && stages.Count > ranks && stages.Count % ranks == 0)
        {
            VirtualPipelineModelParallelSize = stages.Count / ranks;
        }

        this["mtp_standalone"] = stages
            .Index()
            .Any(stage => stage.Item.Contains('m', StringComparison.Ordinal) && stage.Index % ranks != ranks - 1);
    }

    /// <summary>Takes the old names of the pattern, and the number of layers from it.</summary>
    /// <exception cref="InvalidConfigException">The pattern has another number of layers than the fields say.</exception>
    internal void CompletePattern()
    {
        if (!Has("hybrid_layer_pattern"))
        {
            return;
        }

        if (TextOrNull("hybrid_override_pattern") is { } old)
        {
            HybridLayerPattern = HybridLayerPattern is null
                ? old
                : throw new InvalidConfigException(
                    "hybrid_override_pattern is the old name of hybrid_layer_pattern; set one of them."
                );
            this["hybrid_override_pattern"] = ConfigValue.Null;
        }

        if (HybridLayerPattern is null)
        {
            return;
        }

        if (MtpHybridOverridePattern is { Length: > 0 } prediction)
        {
            int depths = MtpUseRepeatedLayer ? Math.Max(1, MtpNumLayers ?? 0) : MtpNumLayers ?? 0;
            if (depths is < 0 or > HybridPattern.MostPredictions)
            {
                throw new InvalidConfigException(
                    $"mtp_num_layers must be a number from 0 to {HybridPattern.MostPredictions}, found {depths}."
                );
            }

            HybridLayerPattern = string.Join(
                '/',
                [HybridLayerPattern.Split('/')[0], .. Enumerable.Repeat(prediction, depths)]
            );
            MtpNumLayers ??= depths;
        }

        int layers = HybridPattern.Of(this).Layers.Length;
        if (!this["num_layers"].IsNull && NumLayers != layers)
        {
            throw new InvalidConfigException(
                $"num_layers is {NumLayers}, but hybrid_layer_pattern {HybridLayerPattern} has {layers} layers."
            );
        }

        NumLayers = layers;
    }

    private void CompleteBlocks()
    {
        if (Blocks is { } blocks)
        {
            this["heterogeneous_block_specs"] = true;
            this["per_block_parameters"] = ConfigValue.ListOf(blocks.Select(block => block.ToMegatron()));
        }
    }
}
