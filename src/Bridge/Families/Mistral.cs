using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Mistral 7B and relatives: Llama's tensors, with a sliding window in some versions.</summary>
public static class Mistral
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "MistralForCausalLM",
        ModelType    = "mistral",
        Configure    = Configure,
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu", "hidden_size": null,
              "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 131072, "num_attention_heads": null,
              "num_hidden_layers": null, "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "sliding_window": 4096,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """,
        ConfigureHf  = ConfigureHf,
        Schema       = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.mistral.mistral_provider.MistralModelProvider",
            Bool("bf16", true),
            DType("params_dtype", "bfloat16"),
            Int("num_layers", 32),
            Int("hidden_size", 4096),
            Int("num_attention_heads", 32),
            Int("num_query_groups", 8),
            Int("ffn_hidden_size", 14336),
            Float("hidden_dropout", 0.0),
            Float("attention_dropout", 0.0),
            Bool("add_bias_linear", false),
            Bool("gated_linear_unit", true),
            Label("activation_func", Targets.Silu),
            Text("normalization", "RMSNorm"),
            Bool("share_embeddings_and_output_weights", false),
            Text("position_embedding_type", "rope"),
            Float("rotary_base", 1000000.0),
            Int("seq_length", 32768),
            Int("vocab_size", 32768)
        ),
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };

    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.IntegerOrNull("sliding_window") is { } window)
        {
            provider.Window = window;
            provider.CpCommType = "a2a";
        }
    }

    internal static void ConfigureHf(JsonObject hf, ModelProvider provider) => hf["sliding_window"] = provider.Window;
}
