using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>SmolLM3: Llama's tensors; every fourth layer has no rotary embedding. Not in upstream.</summary>
public static class SmolLm3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Llama.Family with
    {
        Architecture = "SmolLM3ForCausalLM",
        ModelType    = "smollm3",
        IsUpstream   = false,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 2048,
              "initializer_range": 0.02, "intermediate_size": 11008, "layer_types": null, "max_position_embeddings": 32768,
              "mlp_bias": false, "no_rope_layer_interval": 4, "no_rope_layers": null, "num_attention_heads": 16,
              "num_hidden_layers": 36, "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_theta": 2000000.0,
              "sliding_window": null, "tie_word_embeddings": true, "use_cache": true, "use_sliding_window": false,
              "vocab_size": 128256
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Llama.Family.Configure(provider, hf);
        int layers = provider.NumLayers;
        bool[] rotates = hf.IsSet("no_rope_layers") // which are 1 where there is one
            ? [.. hf.Integers("no_rope_layers").Take(layers).Select(flag => flag != 0)]
            : Pattern(hf.Integer("no_rope_layer_interval"), layers);
        if (rotates.Length != layers)
        {
            throw hf.Wrong("no_rope_layers", $"a list of {layers} numbers, one for each layer");
        }

        provider.NoRopeFreq = ConfigValue.ListOf(rotates.Select(rotary => (ConfigValue)(rotary ? 0L : 1L)));
        if (hf.Flag("use_sliding_window") && hf.IntegerOrNull("sliding_window") is { } window)
        {
            provider.Window = window;
            provider.WindowAttnSkipFreq = hf.IsSet("layer_types")
                ? LayerTypes.Flags(hf, "sliding_attention", layers)
                : provider.NoRopeFreq;
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Llama.Family.ConfigureHf(hf, provider);
        int layers = provider.NumLayers;
        bool[] rotates =
        [
            .. Enumerable
                .Range(0, layers)
                .Select(layer => provider.NoRopeFreq is not ConfigValue.List list || list.Items[layer] == 0L),
        ];
        hf.Remove("rope_theta");
        hf["no_rope_layers"] = new JsonArray([.. rotates.Select(rotary => (JsonNode)(rotary ? 1 : 0))]);
        hf["no_rope_layer_interval"] = Enumerable
            .Range(1, layers)
            .Prepend(4)
            .FirstOrDefault(interval => rotates.SequenceEqual(Pattern(interval, layers)), 4);
        hf["layer_types"] = LayerTypes.FromFlags(
            provider.WindowAttnSkipFreq,
            layers,
            "sliding_attention",
            "full_attention"
        );
        hf["use_sliding_window"] = provider.Window is not null;
        hf["sliding_window"] = provider.Window;
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }

    private static bool[] Pattern(int interval, int layers) =>
        [.. Enumerable.Range(1, layers).Select(layer => layer % interval != 0)];
}
