namespace MegatronBridge.Model.Towers;

/// <summary>The tower of Step-3.7, a Perception Encoder: fused attention, layers with a scale of their own, two convolutions that make fewer patches.</summary>
internal static class PerceptionEncoder
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("width");
        long inner = (long)(width * tower.Config.Number("mlp_ratio"));
        long patch = tower.Size("patch_size");
        long grid = tower.Size("image_size") / patch;
        bool hasClass = tower.Config.FlagOr("use_cls_token", false);
        if (hasClass)
        {
            tower.Parameter("class_embedding", width);
        }

        if (tower.Config.FlagOr("use_abs_posemb", true))
        {
            tower.Parameter("positional_embedding", (grid * grid) + (hasClass ? 1 : 0), width);
        }

        tower.Convolution("conv1", tower.Size("num_channels"), width, [patch, patch], hasBias: false);
        ListNorm("ln_pre", "use_ln_pre", isUsual: false);
        ListNorm("ln_post", "use_ln_post", isUsual: true);
        foreach (CopiedModule block in tower.Layers("transformer.resblocks", "layers"))
        {
            block.Parameter("attn.in_proj_weight", 3 * width, width);
            block.Parameter("attn.in_proj_bias", 3 * width);
            block.Linear("attn.out_proj", width, width);
            block.LayerNorm("ln_1", width);
            block.LayerNorm("ln_2", width);
            block.Linear("mlp.c_fc", width, inner);
            block.Linear("mlp.c_proj", inner, width);
            if (tower.Config.IsSet("ls_init_value"))
            {
                block.Parameter("ls_1.gamma", width);
                block.Parameter("ls_2.gamma", width);
            }
        }

        tower.Convolution("vit_downsampler1", width, 2 * width, [3, 3]);
        tower.Convolution("vit_downsampler2", 2 * width, 4 * width, [3, 3]);

        void ListNorm(string name, string flag, bool isUsual)
        {
            if (tower.Config.FlagOr(flag, isUsual))
            {
                tower.LayerNorm(name, width);
            }
        }
    }
}
