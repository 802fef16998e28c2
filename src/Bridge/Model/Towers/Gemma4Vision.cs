namespace MegatronBridge.Model.Towers;

/// <summary>The tower that sees in Gemma 4: Gemma's layers with two-dimensional positions, linear layers that may have bounds, an output that may be standardised.</summary>
internal static class Gemma4Vision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long headSize = tower.Size("head_dim");
        long queries = tower.Size("num_attention_heads") * headSize;
        long keys = tower.Size("num_key_value_heads") * headSize;
        long patch = tower.Size("patch_size");

        if (tower.Config.FlagOr("standardize", false))
        {
            tower.Buffer("std_bias", width);
            tower.Buffer("std_scale", width);
        }

        tower.Parameter("patch_embedder.position_embedding_table", 2, tower.Size("position_embedding_size"), width);
        tower.Linear("patch_embedder.input_proj", 3 * patch * patch, width, hasBias: false);
        foreach (CopiedModule layer in tower.Layers("encoder.layers", "num_hidden_layers"))
        {
            Bounded(layer, "self_attn.q_proj", width, queries);
            Bounded(layer, "self_attn.k_proj", width, keys);
            Bounded(layer, "self_attn.v_proj", width, keys);
            Bounded(layer, "self_attn.o_proj", queries, width);
            layer.RmsNorm("self_attn.q_norm", headSize);
            layer.RmsNorm("self_attn.k_norm", headSize);
            Bounded(layer, "mlp.gate_proj", width, inner);
            Bounded(layer, "mlp.up_proj", width, inner);
            Bounded(layer, "mlp.down_proj", inner, width);
            layer.RmsNorm("input_layernorm", width);
            layer.RmsNorm("post_attention_layernorm", width);
            layer.RmsNorm("pre_feedforward_layernorm", width);
            layer.RmsNorm("post_feedforward_layernorm", width);
        }
    }

    /// <summary>Adds a linear layer that may have bounds for what goes in and comes out: numbers, without a dimension.</summary>
    public static void Bounded(CopiedModule module, string name, long from, long to)
    {
        if (module.Config.Flag("use_clipped_linears"))
        {
            module.Buffer($"{name}.input_min");
            module.Buffer($"{name}.input_max");
            module.Buffer($"{name}.output_min");
            module.Buffer($"{name}.output_max");
        }

        module.Linear($"{name}.linear", from, to, hasBias: false);
    }
}
