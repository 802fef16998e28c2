using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Qwen2 and Qwen2.5: Llama's tensors and biases on query, key and value.</summary>
public static class Qwen2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen2ForCausalLM",
        ModelType    = "qwen2",
        Configure    = Configure,
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02,
              "intermediate_size": null, "layer_types": null, "max_position_embeddings": 32768, "max_window_layers": 28,
              "num_attention_heads": null, "num_hidden_layers": null, "num_key_value_heads": 32, "rms_norm_eps": 1e-06,
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """,
        ConfigureHf  = ConfigureHf,
        ConfigureExactly = LayerTypes.UseWindows,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkvBias, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };

    /// <summary>The fields of the language model.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    /// <summary>The keys of the language model's config.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        LayerTypes.WriteWindows(hf, provider);
        if (provider.KvChannels != provider.HiddenSize / provider.NumAttentionHeads)
        {
            hf["head_dim"] = provider.KvChannels;
        }
    }
}
