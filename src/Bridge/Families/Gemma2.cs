using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Gemma 2: Gemma's layers with norms behind attention and MLP too, capped scores, and a window in every other layer.</summary>
public static class Gemma2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Gemma2ForCausalLM",
        ModelType    = "gemma2",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "attn_logit_softcapping": 50.0, "dtype": null,
              "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
              "hidden_size": 2304, "initializer_range": 0.02, "intermediate_size": 9216, "layer_types": null,
              "max_position_embeddings": 8192, "num_attention_heads": 8, "num_hidden_layers": 26,
              "num_key_value_heads": 4, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "sliding_window": 4096,
              "tie_word_embeddings": true, "use_bidirectional_attention": null, "use_cache": true, "vocab_size": 256000
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("query_pre_attn_scalar",   "query_pre_attn_scalar"),
            ("attn_logit_softcapping",  "attn_logit_softcapping"),
            ("final_logit_softcapping", "final_logit_softcapping")
        ),
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Schema       = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.gemma.gemma2_provider.Gemma2ModelProvider",
            [
                .. Gemma.Defaults,
                IntList("window_size", 4095, 0),
                Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.gemma.gemma2_provider.gemma2_layer_spec")),
                Int("query_pre_attn_scalar", 224),
                FloatOrNull("attn_logit_softcapping", 50.0),
                FloatOrNull("final_logit_softcapping", 30.0),
            ]
        ),
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. SandwichedMlp],
        Ignored      = Decoder.Ignored,
    };

    // csharpier-ignore
    /// <summary>The rows of layers with norms on both sides of attention and MLP, but for attention itself.</summary>
    internal static IReadOnlyList<ParameterMapping> SandwichedMlp =>
    [
        new Same( "decoder.layers.*.self_attention.linear_proj.post_layernorm.weight", "model.layers.*.post_attention_layernorm.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",                 "model.layers.*.pre_feedforward_layernorm.weight"),
        new Gated("decoder.layers.*.mlp.linear_fc1.weight",                            "model.layers.*.mlp.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.weight",                            "model.layers.*.mlp.down_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.post_layernorm.weight",             "model.layers.*.post_feedforward_layernorm.weight"),
    ];

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Gemma.Configure(provider, hf);
        provider.Window = hf.IntegerOrNull("sliding_window");
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["sliding_window"] = provider.Window;
        hf["layer_types"] = LayerTypes.Interval(2, provider.NumLayers, "sliding_attention", "full_attention");
    }
}
