namespace MegatronBridge.Model.Towers;

/// <summary>The tower of Qwen3-VL as Qwen3-Omni has it: taken over from transformers, with other names for the mergers.</summary>
internal static class Qwen3OmniVision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");
        long merge = tower.Size("spatial_merge_size");
        long merged = width * merge * merge;
        int mergers = tower.Config.IsSet("deepstack_visual_indexes")
            ? tower.Config.Integers("deepstack_visual_indexes").Count
            : 0;

        foreach (CopiedModule merger in tower.Layers("merger_list", mergers))
        {
            ListMerger(merger, normWidth: merged);
        }

        tower.Convolution(
            "patch_embed.proj",
            tower.Size("in_channels"),
            width,
            [tower.Size("temporal_patch_size"), patch, patch]
        );
        tower.Embedding("pos_embed", tower.Size("num_position_embeddings"), width);
        foreach (CopiedModule block in tower.Layers("blocks", "depth"))
        {
            block.LayerNorm("norm1", width);
            block.LayerNorm("norm2", width);
            block.Linear("attn.qkv", width, 3 * width);
            block.Linear("attn.proj", width, width);
            block.Linear("mlp.linear_fc1", width, inner);
            block.Linear("mlp.linear_fc2", inner, width);
        }

        ListMerger(tower.Inside("merger."), normWidth: width);

        void ListMerger(CopiedModule merger, long normWidth)
        {
            merger.LayerNorm("ln_q", normWidth);
            merger.Linear("mlp.0", merged, merged);
            merger.Linear("mlp.2", merged, tower.Size("out_hidden_size"));
        }
    }
}
