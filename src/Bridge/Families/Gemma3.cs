using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Gemma 3, text only: Gemma 2's layers with norms on query and key heads and without capped scores; five layers with a
/// window and a rotary base of their own, then one without.
/// </summary>
public static class Gemma3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Gemma3ForCausalLM",
        ModelType    = "gemma3_text",
        HfDefaults   = """
            {
              "_sliding_window_pattern": 6, "attention_bias": false, "attention_dropout": 0.0,
              "attn_logit_softcapping": null, "dtype": null, "final_logit_softcapping": null, "head_dim": 256,
              "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "initializer_range": 0.02,
              "intermediate_size": 9216, "layer_types": null, "max_position_embeddings": 131072,
              "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4, "query_pre_attn_scalar": 256,
              "rms_norm_eps": 1e-06,
              "rope_parameters": {
                "full_attention": { "rope_theta": 1000000.0, "rope_type": "default" },
                "sliding_attention": { "rope_theta": 10000.0, "rope_type": "default" }
              }, "sliding_window": 4096, "tie_word_embeddings": true,
              "use_bidirectional_attention": false, "use_cache": true, "vocab_size": 262208
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Schema       = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.gemma.gemma3_provider.Gemma3ModelProvider",
            Int("seq_length", 131072),
            Text("position_embedding_type", "rope"),
            FloatOrList("rotary_base", ConfigValue.ListOf(10000L, 1000000L)), // with and without window
            Bool("share_embeddings_and_output_weights", true),
            Text("normalization", "RMSNorm"),
            Bool("layernorm_zero_centered_gamma", true),
            Float("layernorm_epsilon", 1e-06),
            Bool("qk_layernorm", true),
            IntOrList("window_size", 512),
            IntList("interleaved_attn_pattern", 5, 1),
            Float("attention_dropout", 0.0),
            Float("hidden_dropout", 0.0),
            Label("attention_backend", Targets.AttentionFlash),
            FloatOrNull("softmax_scale", 1 / 16.0),
            Bool("gated_linear_unit", true),
            Bool("add_bias_linear", false),
            Label("activation_func", Targets.FastGelu),
            Bool("is_vision_language", false),
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.gemma.gemma3_provider.gemma3_layer_spec")),
            Bool("bf16", true),
            DType("params_dtype", "bfloat16"),
            DTypeOrNull("autocast_dtype", "bfloat16")
        ),
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkNorms, .. Gemma2.SandwichedMlp],
        Ignored      = Decoder.Ignored,
    };

    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.AutocastDtype = provider.ParamsDtype;
        provider.WindowSize = hf.Integer("sliding_window");
        provider["rotary_base"] = ConfigValue.ListOf(
            hf.FirstNumber(
                "rope_local_base_freq",
                "rope_parameters.rope_local_base_freq",
                "rope_parameters.local.base",
                "rope_parameters.sliding_attention.rope_theta",
                "rope_scaling.rope_local_base_freq"
            ) ?? 10000.0,
            hf.FirstNumber(
                "rope_theta",
                "rope_parameters.rope_theta",
                "rope_parameters.global.base",
                "rope_parameters.full_attention.rope_theta"
            ) ?? 1000000.0
        );
        provider["rope_scaling_factor"] =
            hf.FirstNumber(
                "rope_scaling.factor",
                "rope_parameters.full_attention.factor",
                "rope_parameters.global.factor",
                "rope_parameters.factor"
            ) ?? 1.0;
        provider.SoftmaxScale = 1.0 / Math.Sqrt(hf.Number("query_pre_attn_scalar"));
        if ((hf.IntegerOrNull("sliding_window_pattern") ?? hf.IntegerOrNull("_sliding_window_pattern")) is { } pattern)
        {
            provider["interleaved_attn_pattern"] = ConfigValue.ListOf(pattern - 1L, 1L);
        }
    }

    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        int interval = Interval(provider);
        hf["_sliding_window_pattern"] = interval;
        hf["layer_types"] = LayerTypes.Interval(interval, provider.NumLayers, "sliding_attention", "full_attention");
        hf["sliding_window"] = provider.WindowSize.ToJson();
        hf["query_pre_attn_scalar"] = QueryScalar(provider);

        ConfigValue.List bases = (ConfigValue.List)provider["rotary_base"];
        JsonObject full = new() { ["rope_theta"] = bases.Items[1].ToJson(), ["rope_type"] = "default" };
        if (provider.RopeScalingFactor is not 1.0)
        {
            full["rope_type"] = "linear";
            full["factor"] = provider["rope_scaling_factor"].ToJson();
        }

        hf["rope_parameters"] = new JsonObject
        {
            ["full_attention"] = full,
            ["sliding_attention"] = new JsonObject
            {
                ["rope_theta"] = bases.Items[0].ToJson(),
                ["rope_type"] = "default",
            },
        };
    }

    /// <summary>Every how many layers one has no window.</summary>
    private static int Interval(ModelProvider provider) =>
        provider["interleaved_attn_pattern"]
            is ConfigValue.List { Items: [ConfigValue.Integer windowed, ConfigValue.Integer full] }
            ? (int)(windowed.Value + full.Value)
            : throw new InvalidConfigException(
                $"interleaved_attn_pattern must be two whole numbers, found {provider["interleaved_attn_pattern"]}."
            );

    /// <summary>The number whose root divides the scores; whole where the division's rounding says so.</summary>
    private static JsonNode QueryScalar(ModelProvider provider)
    {
        double scale = provider.SoftmaxScale ?? (1 / Math.Sqrt(provider.KvChannels));
        double scalar = 1 / (scale * scale);
        double whole = Math.Round(scalar);
        return Math.Abs(scalar - whole) <= 1e-9 ? (JsonNode)(long)whole : scalar;
    }
}
