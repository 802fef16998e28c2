using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Model.Towers;

/// <summary>
/// The tower of Qwen3-VL and Qwen3.5, which Megatron builds of its own layers: they are cut and stacked as a decoder's are. Some layers
/// have a merger of their own, whose output goes into the language model's first layers (deepstack).
/// </summary>
internal static class Qwen3Vision
{
    public static ModelPart In(string prefix) =>
        (scope, provider) =>
            AddTo(scope.Inside(prefix), provider, new(scope.Inside(prefix), KeptConfig.Of(provider, "vision_config")));

    private static void AddTo(TableScope scope, ModelProvider provider, CopiedModule copied)
    {
        long width = copied.Size("hidden_size");
        long patch = copied.Size("patch_size");
        long merge = copied.Size("spatial_merge_size");
        long merged = width * merge * merge;
        long output = copied.Size("out_hidden_size");
        ModelProvider tower = Config(copied);
        if (tower.NumAttentionHeads % provider.TensorModelParallelSize != 0)
        {
            throw new InvalidConfigException(
                $"vision_config.num_heads ({tower.NumAttentionHeads}) must be a multiple of tensor_model_parallel_size "
                    + $"({provider.TensorModelParallelSize})."
            );
        }

        copied.Convolution(
            "patch_embed.proj",
            copied.Size("in_channels"),
            width,
            [copied.Size("temporal_patch_size"), patch, patch]
        );
        copied.Embedding("pos_embed", copied.Size("num_position_embeddings"), width);
        for (int layer = 0; layer < tower.NumLayers; layer++)
        {
            TableScope own = scope.Stacked("decoder.layers.", layer, tower.NumLayers) with { LayerProvider = tower };
            SelfAttention.AddTo(own.Inside("self_attention."), tower);
            DenseMlp.AddTo(own, tower);
        }

        int mergers = copied.Config.IsSet("deepstack_visual_indexes")
            ? copied.Config.Integers("deepstack_visual_indexes").Count
            : 0;
        for (int merger = 0; merger < mergers; merger++)
        {
            AddMerger(scope.Stacked("decoder.deepstack_merger_list.", merger, mergers), normWidth: merged);
        }

        AddMerger(scope.Inside("merger."), normWidth: width);

        void AddMerger(TableScope own, long normWidth)
        {
            Norm.AddTo(own, "patch_norm", normWidth, tower);
            own.Linear("linear_fc1", [merged, merged], Cut.Rows, hasBias: true);
            own.Linear("linear_fc2", [output, merged], Cut.Columns, hasBias: true);
        }
    }

    private static ModelProvider Config(CopiedModule copied)
    {
        ModelProvider tower = new(ProviderSchema.Gpt)
        {
            NumLayers = copied.Count("depth"),
            HiddenSize = (int)copied.Size("hidden_size"),
            FfnHiddenSize = (int)copied.Size("intermediate_size"),
            NumAttentionHeads = (int)copied.Size("num_heads"),
            Normalization = "LayerNorm",
            AddBiasLinear = true,
            AddQkvBias = true,
            GatedLinearUnit = false,
        };
        return tower.HiddenSize % tower.NumAttentionHeads == 0
            ? tower
            : throw copied.Config.Wrong("hidden_size", $"a multiple of num_heads ({tower.NumAttentionHeads})");
    }
}
