using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// OLMo-2: norms behind attention and MLP only, and norms that span all query heads and all key heads. Not in upstream; the layers
/// are those of <see cref="Exaone4"/> with the norms of <see cref="Olmoe"/> (<c>post_norm_layer_spec</c>).
/// </summary>
public static class Olmo2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Olmo2ForCausalLM",
        ModelType    = "olmo2",
        IsUpstream   = false,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 2048, "num_attention_heads": 32,
              "num_hidden_layers": 32, "num_key_value_heads": null, "rms_norm_eps": 1e-05, "tie_word_embeddings": false,
              "use_cache": true, "vocab_size": 50304
            }
            """,
        Configure    = Configure,
        ConfigureHf  = SharedConfig.WriteUnusualHeadDim,
        Parameters   =
        [
            .. Exaone4.Family.Parameters,
            .. Decoder.QkvBias, // with attention_bias
            new Same("decoder.layers.*.self_attention.linear_proj.bias", "model.layers.*.self_attn.o_proj.bias"),
        ],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.OwnLayerSpec("post_norm_layer_spec");
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddAttentionOutputBias = provider.AddQkvBias;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }
}
