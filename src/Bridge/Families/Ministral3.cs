using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Ministral 3 without its eyes: Mistral's layers, YaRN, and queries that grow with their position. Not in upstream, which has it
/// with vision only.
/// </summary>
/// <remarks>Megatron-Core does not scale queries so: the factor is kept in <c>llama_4_scaling_beta</c>.</remarks>
public static class Ministral3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Mistral.Family with
    {
        Architecture = "Ministral3ForCausalLM",
        ModelType    = "ministral3",
        IsUpstream   = false,
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "intermediate_size": 14336, "max_position_embeddings": 262144, "num_attention_heads": 32,
              "num_hidden_layers": 34, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
              "rope_parameters": {
                "beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0, "llama_4_scaling_beta": 0.1, "mscale": 1.0, "mscale_all_dim": 1.0,
                "original_max_position_embeddings": 16384, "rope_theta": 1000000.0, "rope_type": "yarn"
              },
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 131072
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Mistral.Family.Configure(provider, hf);
        provider.Llama4ScalingBeta = RopeConfig.Read(hf).Parameters.Value("llama_4_scaling_beta");
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Mistral.Family.ConfigureHf(hf, provider);
        if (!provider.Llama4ScalingBeta.IsNull)
        {
            hf[RopeConfig.Key]!["llama_4_scaling_beta"] = provider.Llama4ScalingBeta.ToJson();
        }
    }
}
