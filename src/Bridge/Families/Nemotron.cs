using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Nemotron 3 and 4 (Minitron too): LayerNorm with biases that scales by 1 + weight (as Megatron's does here, so it is
/// copied), a squared ReLU without a gate, and half of each head rotated.
/// </summary>
public static class Nemotron
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "NemotronForCausalLM",
        ModelType     = "nemotron",
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "relu2",
              "hidden_size": 6144, "initializer_range": 0.0134, "intermediate_size": 24576,
              "max_position_embeddings": 4096, "mlp_bias": false, "norm_eps": 1e-05, "num_attention_heads": 48,
              "num_hidden_layers": 32, "num_key_value_heads": null, "partial_rotary_factor": 0.5,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": 256000
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(("norm_eps", "layernorm_epsilon")),
        Configure     = Configure,
        ConfigureHf   = (_, _) => { },
        Parameters    = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.PlainMlp, .. Decoder.NormBias, .. Decoder.QkvBias],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "LayerNorm";
        provider.ActivationFunc = Targets.SquaredRelu;
        provider.AddBiasLinear = false;
        provider.HiddenDropout = 0.0;
        provider.AttentionDropout = 0.0;
        provider.LayernormZeroCenteredGamma = true;
        provider["persist_layer_norm"] = true;
        provider["apply_rope_fusion"] = true;
    }
}
