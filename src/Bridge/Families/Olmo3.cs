using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>OLMo-3: OLMo-2's tensors; three layers with a sliding window, then one without. Not in upstream.</summary>
public static class Olmo3
{
    private const string Windowed = "sliding_attention";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Olmo2.Family with
    {
        Architecture = "Olmo3ForCausalLM",
        ModelType    = "olmo3",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "intermediate_size": 11008, "layer_types": null, "max_position_embeddings": 2048,
              "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": null, "rms_norm_eps": 1e-05,
              "sliding_window": 4096, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 50304
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Olmo2.Family.Configure(provider, hf);
        provider.Window = hf.IntegerOrNull("sliding_window");
        provider.WindowAttnSkipFreq = LayerTypes.FlagsOr(hf, Windowed, provider.NumLayers, interval: 4);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["sliding_window"] = provider.Window;
        hf["layer_types"] = LayerTypes.FromFlags(
            provider.WindowAttnSkipFreq,
            provider.NumLayers,
            Windowed,
            "full_attention"
        );
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
