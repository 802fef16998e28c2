using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Qwen3 dense: Llama's tensors and a norm on every query and key head; no biases.</summary>
public static class Qwen3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen3ForCausalLM",
        ModelType    = "qwen3",
        Configure    = Configure,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "layer_types": null,
              "max_position_embeddings": 32768, "max_window_layers": 28, "num_attention_heads": null, "num_hidden_layers": null,
              "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "sliding_window": null, "tie_word_embeddings": false,
              "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """,
        ConfigureHf  = LayerTypes.WriteWindows,
        ConfigureExactly = LayerTypes.UseWindows,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkNorms, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };

    /// <summary>The fields of the language model.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }
}
