using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Command R7B and A: Command R's tensors; three layers with a sliding window and rotary embedding, then one with neither. Not in
/// upstream.
/// </summary>
public static class Cohere2
{
    private const string Windowed = "sliding_attention";
    private const string Full = "full_attention";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Cohere.Family with
    {
        Architecture = "Cohere2ForCausalLM",
        ModelType    = "cohere2",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu",
              "hidden_size": 8192, "initializer_range": 0.02, "intermediate_size": 22528, "layer_norm_eps": 1e-05,
              "layer_types": null, "logit_scale": 0.0625, "max_position_embeddings": 8192, "num_attention_heads": 64,
              "num_hidden_layers": 40, "num_key_value_heads": null, "sliding_window": 4096, "tie_word_embeddings": true,
              "use_cache": true, "vocab_size": 256000
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Cohere.Family.Configure(provider, hf);
        int interval = hf.IntegerOr("sliding_window_pattern", 4);
        provider.Window = hf.IntegerOrNull("sliding_window");
        provider.WindowAttnSkipFreq = LayerTypes.FlagsOr(hf, Windowed, provider.NumLayers, interval);
        provider.NoRopeFreq = LayerTypes.Opposite(provider.WindowAttnSkipFreq);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["head_dim"] = provider.KvChannels;
        hf["sliding_window"] = provider.Window;
        hf["layer_types"] = LayerTypes.FromFlags(provider.WindowAttnSkipFreq, provider.NumLayers, Windowed, Full);
    }
}
