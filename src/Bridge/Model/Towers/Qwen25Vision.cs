namespace MegatronBridge.Model.Towers;

/// <summary>The tower of Qwen2.5-VL and Qwen2.5-Omni: gated MLPs, norms without biases, windows of patches, a merger of neighbouring patches.</summary>
internal static class Qwen25Vision
{
    /// <summary>As in Qwen2.5-VL: query, key and value in one.</summary>
    public static void List(CopiedModule tower) => List(tower, hasSeparateQkv: false);

    /// <summary>As in Qwen2.5-Omni: query, key and value apart.</summary>
    public static void ListApart(CopiedModule tower) => List(tower, hasSeparateQkv: true);

    private static void List(CopiedModule tower, bool hasSeparateQkv)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");
        long merge = tower.Size("spatial_merge_size");
        long merged = width * merge * merge;

        tower.Convolution(
            "patch_embed.proj",
            tower.Size("in_channels"),
            width,
            [tower.Size("temporal_patch_size"), patch, patch],
            hasBias: false
        );
        foreach (CopiedModule block in tower.Layers("blocks", "depth"))
        {
            block.RmsNorm("norm1", width);
            block.RmsNorm("norm2", width);
            if (hasSeparateQkv)
            {
                block.Linear("attn.q", width, width);
                block.Linear("attn.k", width, width);
                block.Linear("attn.v", width, width);
            }
            else
            {
                block.Linear("attn.qkv", width, 3 * width);
            }

            block.Linear("attn.proj", width, width);
            block.Linear("mlp.gate_proj", width, inner);
            block.Linear("mlp.up_proj", width, inner);
            block.Linear("mlp.down_proj", inner, width);
        }

        tower.RmsNorm("merger.ln_q", width);
        tower.Linear("merger.mlp.0", merged, merged);
        tower.Linear("merger.mlp.2", merged, tower.Size("out_hidden_size"));
    }
}
