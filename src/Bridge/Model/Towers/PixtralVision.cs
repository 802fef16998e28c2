namespace MegatronBridge.Model.Towers;

/// <summary>Pixtral's tower: gated MLPs and no biases at all, with rotary positions.</summary>
internal static class PixtralVision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");

        tower.Convolution("patch_conv", tower.Size("num_channels"), width, [patch, patch], hasBias: false);
        tower.RmsNorm("ln_pre", width);
        foreach (CopiedModule layer in tower.Layers("transformer.layers", "num_hidden_layers"))
        {
            layer.RmsNorm("attention_norm", width);
            layer.Linear("feed_forward.gate_proj", width, inner, hasBias: false);
            layer.Linear("feed_forward.up_proj", width, inner, hasBias: false);
            layer.Linear("feed_forward.down_proj", inner, width, hasBias: false);
            layer.Linear("attention.k_proj", width, width, hasBias: false);
            layer.Linear("attention.v_proj", width, width, hasBias: false);
            layer.Linear("attention.q_proj", width, width, hasBias: false);
            layer.Linear("attention.o_proj", width, width, hasBias: false);
            layer.RmsNorm("ffn_norm", width);
        }
    }
}
