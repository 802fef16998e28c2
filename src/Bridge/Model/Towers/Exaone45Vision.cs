using MegatronBridge.Config;

namespace MegatronBridge.Model.Towers;

/// <summary>The tower of EXAONE 4.5, which Megatron builds of its own layers: query groups, gated MLPs, norms without biases.</summary>
internal static class Exaone45Vision
{
    public static ModelPart In(string prefix) =>
        (scope, provider) => AddTo(new(scope.Inside(prefix), KeptConfig.Of(provider, "vision_config")), provider);

    private static void AddTo(CopiedModule copied, ModelProvider provider)
    {
        long patch = copied.Size("patch_size");
        long merge = copied.Size("spatial_merge_size");
        BuiltTower tower = BuiltTower.Of(copied, provider);
        tower.Config.NumQueryGroups = (int)copied.Size("num_key_value_heads");
        tower.Config.Normalization = "RMSNorm";
        tower.Config.GatedLinearUnit = true;
        if (tower.Config.NumAttentionHeads % tower.Config.NumQueryGroups != 0)
        {
            throw copied.Config.Wrong(
                "num_key_value_heads",
                $"a divisor of num_heads ({tower.Config.NumAttentionHeads})"
            );
        }

        long width = tower.Config.HiddenSize;
        copied.Convolution(
            "patch_embed.proj",
            copied.Size("in_channels"),
            width,
            [copied.Size("temporal_patch_size"), patch, patch],
            hasBias: false
        );
        tower.AddLayers();
        tower.AddMerger(copied.Scope.Inside("merger."), width, width * merge * merge, copied.Size("out_hidden_size"));
    }
}
