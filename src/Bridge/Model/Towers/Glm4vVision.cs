namespace MegatronBridge.Model.Towers;

/// <summary>The tower of GLM-4.1V and 4.5V: gated MLPs as wide as the output, learned positions, neighbouring patches joined by a convolution, a gated merger.</summary>
internal static class Glm4vVision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long output = tower.Size("out_hidden_size");
        long merged = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");
        long patches = tower.Size("image_size") / patch;
        long merge = tower.Size("spatial_merge_size");

        tower.Embedding("embeddings.position_embedding", patches * patches, width);
        tower.Convolution(
            "patch_embed.proj",
            tower.Size("in_channels"),
            width,
            [tower.Size("temporal_patch_size"), patch, patch]
        );
        foreach (CopiedModule block in tower.Layers("blocks", "depth"))
        {
            block.RmsNorm("norm1", width);
            block.RmsNorm("norm2", width);
            block.Linear("attn.qkv", width, 3 * width, tower.Config.FlagOr("attention_bias", false));
            block.Linear("attn.proj", width, width, hasBias: false);
            block.Linear("mlp.gate_proj", width, output, hasBias: false);
            block.Linear("mlp.up_proj", width, output, hasBias: false);
            block.Linear("mlp.down_proj", output, width, hasBias: false);
        }

        tower.Linear("merger.proj", output, output, hasBias: false);
        tower.LayerNorm("merger.post_projection_norm", output);
        tower.Linear("merger.gate_proj", output, merged, hasBias: false);
        tower.Linear("merger.up_proj", output, merged, hasBias: false);
        tower.Linear("merger.down_proj", merged, output, hasBias: false);
        tower.RmsNorm("post_conv_layernorm", width);
        tower.Convolution("downsample", width, output, [merge, merge]);
        tower.RmsNorm("post_layernorm", width);
    }
}
