namespace MegatronBridge.Config;

// What follows from the fields that only a whole model has.
public abstract partial class ModelProvider
{
    internal override void CompleteFields()
    {
        CompletePattern();
        base.CompleteFields();
        CompleteBlocks();
        CompleteHashLayers();

        // Models of the GPT kind fuse rotary embeddings only when they are plain ones.
        if (Has("transformer_layer_spec") && PositionEmbeddingType != "rope")
        {
            this["apply_rope_fusion"] = false;
        }
    }

    private void CompletePattern()
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
