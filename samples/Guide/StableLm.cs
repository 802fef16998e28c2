using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>StableLM 1.6B and 3B: Llama with LayerNorm instead of RMSNorm, and a quarter of each head rotated. Not in upstream.</summary>
public static class StableLm
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "StableLmForCausalLM",
        ModelType     = "stablelm",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_dropout": 0.0, "hidden_size": 2560,
              "initializer_range": 0.02, "intermediate_size": 6912, "layer_norm_eps": 1e-05, "max_position_embeddings": 4096,
              "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "partial_rotary_factor": 0.25,
              "qk_layernorm": false, "tie_word_embeddings": false, "use_cache": true, "use_parallel_residual": false,
              "use_qkv_bias": false, "vocab_size": 50304
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("layer_norm_eps", "layernorm_epsilon"),
            ("use_qkv_bias",   "add_qkv_bias")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkvBias,
            .. Decoder.GatedMlp,
            .. Decoder.NormBias,
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        foreach (string key in (string[])["use_parallel_residual", "qk_layernorm"])
        {
            if (hf.FlagOr(key, false))
            {
                throw hf.Wrong(key, "false (other layers, which StableLM 2 12B has)");
            }
        }

        provider.Normalization = "LayerNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider) { }
}
