using MegatronBridge.Config;

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
        BuiltTower tower = BuiltTower.Of(copied, provider);
        tower.Config.Normalization = "LayerNorm";
        tower.Config.GatedLinearUnit = false;

        copied.Convolution(
            "patch_embed.proj",
            copied.Size("in_channels"),
            width,
            [copied.Size("temporal_patch_size"), patch, patch]
        );
        copied.Embedding("pos_embed", copied.Size("num_position_embeddings"), width);
        tower.AddLayers();
        int mergers = copied.Config.IsSet("deepstack_visual_indexes")
            ? copied.Config.Integers("deepstack_visual_indexes").Count
            : 0;
        for (int merger = 0; merger < mergers; merger++)
        {
            TableScope own = scope.Stacked("decoder.deepstack_merger_list.", merger, mergers);
            tower.AddMerger(own, normWidth: merged, merged, output);
        }

        tower.AddMerger(scope.Inside("merger."), normWidth: width, merged, output);
    }
}
