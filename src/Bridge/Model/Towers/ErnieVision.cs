namespace MegatronBridge.Model.Towers;

/// <summary>
/// The tower of ERNIE 4.5 VL, and the resampler behind it, which joins patches that are neighbours in space, then in time. Their configs
/// are those of transformers, or of the code that came with the weights.
/// </summary>
internal static class ErnieVision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Config.IsSet("intermediate_size")
            ? tower.Size("intermediate_size")
            : width * tower.Size("mlp_ratio");
        long patch = tower.Size("patch_size");

        tower.Linear("patch_embed.proj", tower.Size("in_channels") * patch * patch, width, hasBias: false);
        foreach (CopiedModule block in tower.Layers("blocks", "depth"))
        {
            block.LayerNorm("norm1", width);
            block.LayerNorm("norm2", width);
            block.Linear("attn.qkv", width, 3 * width);
            block.Linear("attn.proj", width, width);
            block.Linear("mlp.fc1", width, inner);
            block.Linear("mlp.fc2", inner, width);
        }

        tower.LayerNorm("ln", width);
    }

    /// <summary>Adds the resampler; its config is that of the whole model.</summary>
    public static void ListResampler(CopiedModule resampler)
    {
        long merge = resampler.Size("vision_config.spatial_merge_size");
        long joined = resampler.Size("vision_config.hidden_size") * merge * merge;
        bool isNested = resampler.Config.IsSet("text_config");
        long output = resampler.Size(isNested ? "text_config.hidden_size" : "hidden_size");
        long moments = resampler.Size(isNested ? "vision_config.temporal_merge_size" : "temporal_conv_size");
        ListMlp("spatial_linear", joined);
        ListMlp("temporal_linear", joined * moments);
        resampler.Linear("mlp", joined, output);
        resampler.RmsNorm("after_norm", output);

        void ListMlp(string name, long from)
        {
            resampler.Linear($"{name}.fc1", from, joined);
            resampler.Linear($"{name}.fc2", joined, joined);
            resampler.LayerNorm($"{name}.ln", joined);
        }
    }
}
