using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>EXAONE 4: norms behind attention and MLP only, and on every query and key head.</summary>
/// <remarks>
/// Upstream has no place for the head of an untied model (32B) and loses it; here it is mapped. As with upstream, the
/// provider does not know the windows of the 32B model, nor does a config that is rebuilt from it.
/// </remarks>
public static class Exaone4
{
    // csharpier-ignore
    /// <summary>The rows of a layer.</summary>
    internal static IReadOnlyList<ParameterMapping> Layer { get; } =
    [
        new Qkv(  "decoder.layers.*.self_attention.linear_qkv.weight",                 "model.layers.*.self_attn.{q,k,v}_proj.weight"),
        .. Decoder.QkNorms,
        new Same( "decoder.layers.*.self_attention.linear_proj.weight",                "model.layers.*.self_attn.o_proj.weight"),
        new Same( "decoder.layers.*.self_attention.linear_proj.post_layernorm.weight", "model.layers.*.post_attention_layernorm.weight"),
        new Gated("decoder.layers.*.mlp.linear_fc1.weight",                            "model.layers.*.mlp.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.weight",                            "model.layers.*.mlp.down_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.post_layernorm.weight",             "model.layers.*.post_feedforward_layernorm.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Exaone4ForCausalLM",
        ModelType    = "exaone4",
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "intermediate_size": 16384, "layer_types": null,
              "max_position_embeddings": 2048, "num_attention_heads": 32, "num_hidden_layers": 32,
              "num_key_value_heads": 32, "rms_norm_eps": 1e-05, "sliding_window": 4096, "sliding_window_pattern": 4,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": 102400
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        ConfigureExactly = ConfigureExactly,
        Parameters   = [.. Decoder.Ends, .. Layer],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.bridge.models.exaone.exaone4.exaone4_provider.exaone4_layer_spec"
        );
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        provider.AttentionDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    // Upstream knows of no windows, nor that with them the layers without one have no rotary embedding.
    private static void ConfigureExactly(ModelProvider provider, HfConfig hf)
    {
        if (hf.IntegerOrNull("sliding_window") is { } window)
        {
            provider.Window = window;
            provider.WindowAttnSkipFreq = LayerTypes.FlagsOr(
                hf,
                "sliding_attention",
                provider.NumLayers,
                LayerTypes.PatternLength(hf, 4)
            );
            provider.NoRopeFreq = LayerTypes.Opposite(provider.WindowAttnSkipFreq);
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["layer_types"] = LayerTypes.FromFlags(
            provider.WindowAttnSkipFreq,
            provider.NumLayers,
            "sliding_attention",
            "full_attention"
        );
        hf["sliding_window"] = provider.Window;
        hf["sliding_window_pattern"] = null;
    }
}
