using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>Granite 3, dense: Llama's tensors and factors of its own (see <see cref="GraniteMultipliers"/>). Not in upstream.</summary>
public static class Granite
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Llama.Family with
    {
        Architecture = "GraniteForCausalLM",
        ModelType    = "granite",
        IsUpstream   = false,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "attention_multiplier": 1.0, "dtype": null,
              "embedding_multiplier": 1.0, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
              "intermediate_size": 11008, "logits_scaling": 1.0, "max_position_embeddings": 2048, "mlp_bias": false,
              "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": null, "residual_multiplier": 1.0,
              "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 32000
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Llama.Family.Configure(provider, hf);
        GraniteMultipliers.Read(hf, provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Llama.Family.ConfigureHf(hf, provider);
        GraniteMultipliers.Write(hf, provider);
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
