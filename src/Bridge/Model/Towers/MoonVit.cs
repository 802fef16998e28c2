namespace MegatronBridge.Model.Towers;

/// <summary>The tower of Kimi-VL and of Kimi K2.5, whose config has its sizes under other names: learned positions, fused attention.</summary>
internal static class MoonVit
{
    public static void List(CopiedModule tower) => List(tower, "");

    public static void ListK25(CopiedModule tower) => List(tower, "vt_");

    /// <summary>Adds what makes tokens of its patches; the width behind it is under <paramref name="to"/>.</summary>
    public static void ListProjector(CopiedModule projector, string vision, string from, string to)
    {
        long width = projector.Size(vision + from);
        IReadOnlyList<int> merge = projector.Config.Integers(vision + "merge_kernel_size");
        if (merge.Count != 2 || merge.Any(size => size is < 1 or > 64))
        {
            throw projector.Config.Wrong(vision + "merge_kernel_size", "two numbers from 1 to 64");
        }

        long merged = width * merge[0] * merge[1];
        projector.LayerNorm("pre_norm", width);
        projector.Linear("proj.0", merged, merged);
        projector.Linear("proj.2", merged, projector.Size(to));
    }

    private static void List(CopiedModule tower, string prefix)
    {
        long width = tower.Size(prefix + "hidden_size");
        long inner = tower.Size(prefix + "intermediate_size");
        long patch = tower.Size("patch_size");
        tower.Convolution("patch_embed.proj", 3, width, [patch, patch]);
        tower.Parameter(
            "patch_embed.pos_emb.weight",
            tower.Size("init_pos_emb_height"),
            tower.Size("init_pos_emb_width"),
            width
        );
        foreach (CopiedModule block in tower.Layers("encoder.blocks", prefix + "num_hidden_layers"))
        {
            block.LayerNorm("norm0", width);
            block.LayerNorm("norm1", width);
            block.Linear("mlp.fc0", width, inner);
            block.Linear("mlp.fc1", inner, width);
            block.Linear("wqkv", width, 3 * width);
            block.Linear("wo", width, width);
        }

        tower.LayerNorm("encoder.final_layernorm", width);
    }
}
