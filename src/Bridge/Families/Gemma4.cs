using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Gemma 4, text only, without experts: norms on both sides of attention and MLP, a factor for each layer, heads of their own
/// for layers without a window, where keys may be values too, embeddings for each layer, and last layers that take keys and
/// values from earlier ones.
/// </summary>
/// <remarks>
/// Upstream takes <c>num_global_key_value_heads</c> also where keys are not values, which transformers does not, takes the head
/// to be tied whatever the config says, and cannot import a vocabulary that is no multiple of 128; here all three are right.
/// Released checkpoints keep projections that no layer uses: they come along; without them, Megatron has zeros, and ones in
/// norms.
/// </remarks>
public static class Gemma4
{
    /// <summary>The kind of layers that attend within a window.</summary>
    internal const string Sliding = "sliding_attention";

    private const string Full = "full_attention";

    /// <summary>The keys of config.json, which both kinds have.</summary>
    internal const string Defaults = """
        {
          "attention_bias": false, "attention_dropout": 0.0, "attention_k_eq_v": false, "dtype": null, "enable_moe_block": false,
          "final_logit_softcapping": null, "global_head_dim": 512, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
          "hidden_size": 2304, "hidden_size_per_layer_input": 256, "initializer_range": 0.02, "intermediate_size": 9216,
          "layer_types": null, "max_position_embeddings": 131072, "moe_intermediate_size": null, "num_attention_heads": 8,
          "num_experts": null, "num_global_key_value_heads": null, "num_hidden_layers": 30, "num_key_value_heads": 4,
          "num_kv_shared_layers": 0, "rms_norm_eps": 1e-06, "rope_parameters": null, "sliding_window": 512,
          "tie_word_embeddings": true, "top_k_experts": null, "use_bidirectional_attention": null, "use_cache": true,
          "use_double_wide_mlp": false, "vocab_size": 262144, "vocab_size_per_layer_input": 262144
        }
        """;

    // csharpier-ignore
    /// <summary>The rows that both kinds have.</summary>
    internal static IReadOnlyList<ParameterMapping> Shared { get; } =
    [
        .. Decoder.Ends,
        new Gemma4Qkv(    "decoder.layers.*.self_attention.linear_qkv.weight",  "model.layers.*.self_attn.{q,k,v}_proj.weight"),
        new Qkv(          "decoder.layers.*.self_attention.linear_qkv.weight",  "model.layers.*.self_attn.{q,k,v}_proj.weight"),
        new Same(         "decoder.layers.*.self_attention.q_layernorm.weight", "model.layers.*.self_attn.q_norm.weight"),
        new Gemma4KeyNorm("decoder.layers.*.self_attention.k_layernorm.weight", "model.layers.*.self_attn.k_norm.weight"),
        new Same(         "decoder.layers.*.self_attention.k_layernorm.weight", "model.layers.*.self_attn.k_norm.weight"),
        new Same(         "decoder.layers.*.self_attention.linear_proj.weight", "model.layers.*.self_attn.o_proj.weight"),
        new Same(         "decoder.layers.*.layer_scalar",                      "model.layers.*.layer_scalar"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Gemma4ForCausalLM",
        ModelType     = "gemma4_text",
        AppliesTo     = hf => !hf.FlagOr("enable_moe_block", false),
        HfDefaults    = Defaults,
        ConfigMapping = ConfigMapping.Standard.Without("num_experts", "moe_intermediate_size").With(
            ("attention_k_eq_v",            "attention_k_eq_v"),
            ("final_logit_softcapping",     "final_logit_softcapping"),
            ("global_head_dim",             "global_kv_channels"),
            ("num_global_key_value_heads",  "num_global_query_groups"),
            ("num_kv_shared_layers",        "num_kv_shared_layers"),
            ("use_double_wide_mlp",         "use_double_wide_mlp"),
            ("hidden_size_per_layer_input", "per_layer_embed_dim"),
            ("vocab_size_per_layer_input",  "per_layer_embed_vocab_size")),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.gemma.gemma4_provider.Gemma4DenseProvider",
            Text("normalization", "RMSNorm"),
            Float("layernorm_epsilon", 1e-06),
            Bool("gated_linear_unit", true),
            Bool("add_bias_linear", false),
            Label("activation_func", Targets.FastGelu),
            Bool("scale_embeddings_by_hidden_size", true),
            Text("position_embedding_type", "rope"),
            Float("attention_dropout", 0.0),
            Float("hidden_dropout", 0.0),
            IntList("window_size", 511, 0),
            Any("window_attn_skip_freq", 6L), // upstream has flags in the list
            Bool("bf16", true),
            DType("params_dtype", "bfloat16"),
            DTypeOrNull("autocast_dtype", "bfloat16"),
            Int("global_kv_channels", 512),
            IntOrNull("num_global_query_groups", 2),
            Bool("attention_k_eq_v", false),
            Float("sliding_window_rope_base", 10000.0),
            Float("full_attention_rope_base", 1000000.0),
            Float("full_attention_rope_partial_factor", 0.25),
            Int("num_kv_shared_layers", 18),
            Bool("use_double_wide_mlp", false),
            Int("per_layer_embed_vocab_size", 262144),
            Int("per_layer_embed_dim", 256),
            FloatOrNull("final_logit_softcapping", 30.0),
            IntOrNull("moe_router_topk")),
        Parameters    =
        [
            .. Shared,
            new Same( "decoder.layers.*.input_layernorm.weight",           "model.layers.*.input_layernorm.weight"),
            new Same( "decoder.layers.*.post_self_attn_layernorm.weight",  "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",         "model.layers.*.pre_feedforward_layernorm.weight"),
            new Gated("decoder.layers.*.mlp.linear_fc1.weight",            "model.layers.*.mlp.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",            "model.layers.*.mlp.down_proj.weight"),
            new Same( "decoder.layers.*.post_mlp_layernorm.weight",        "model.layers.*.post_feedforward_layernorm.weight"),
            new Same( "decoder.layers.*.per_layer_input_gate.weight",      "model.layers.*.per_layer_input_gate.weight"),
            new Same( "decoder.layers.*.per_layer_projection.weight",      "model.layers.*.per_layer_projection.weight"),
            new Same( "decoder.layers.*.post_per_layer_input_norm.weight", "model.layers.*.post_per_layer_input_norm.weight"),
            new Same( "per_layer_embedding.weight",                        "model.embed_tokens_per_layer.weight"),
            new Same( "per_layer_model_proj.weight",                       "model.per_layer_model_projection.weight"),
            new Same( "per_layer_proj_norm.weight",                        "model.per_layer_projection_norm.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    /// <summary>What both kinds have in common.</summary>
    /// <exception cref="UnsupportedModelException">The rotary embedding is another than Megatron's class computes.</exception>
    internal static void ConfigureShared(ModelProvider provider, HfConfig hf, string globalGroups)
    {
        RequireRope(hf, "full_attention", "proportional");
        RequireRope(hf, "sliding_attention", "default");
        provider.MakeVocabSizeDivisibleBy = 128;
        provider.AutocastDtype = provider.ParamsDtype;
        if (!hf.Flag("attention_k_eq_v"))
        {
            provider[globalGroups] = ConfigValue.Null; // then the number counts for nothing
        }
    }

    /// <summary>The base of the rotary embedding of layers of a kind.</summary>
    internal static ConfigValue RotaryBase(HfConfig hf, string kind, double otherwise) =>
        hf.FirstNumber($"rope_parameters.{kind}.rope_theta") ?? otherwise;

    /// <summary>The share of channels that rotate in layers without a window.</summary>
    internal static ConfigValue RotaryShare(HfConfig hf) =>
        hf.FirstNumber("rope_parameters.full_attention.partial_rotary_factor") ?? 0.25;

    /// <summary>The kind of each layer, the last of which has no window.</summary>
    internal static string[] LayerKinds(HfConfig hf)
    {
        int layers = hf.Integer("num_hidden_layers");
        if (!hf.IsSet("layer_types"))
        {
            return [.. Enumerable.Range(1, layers).Select(layer => layer % 6 == 0 || layer == layers ? Full : Sliding)];
        }

        string[] kinds = [.. hf.Texts("layer_types")];
        return kinds.Length == layers && kinds.All(kind => kind is Full or Sliding)
            ? [.. kinds[..^1], Full]
            : throw hf.Wrong("layer_types", $"a list of {layers} words, each \"{Sliding}\" or \"{Full}\"");
    }

    /// <summary>Sets the keys that say what layers with and without a window are.</summary>
    internal static void ConfigureSharedHf(
        JsonObject hf,
        ModelProvider provider,
        ConfigValue slidingBase,
        ConfigValue fullBase,
        ConfigValue fullShare
    )
    {
        hf["layer_types"] = new JsonArray([
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer => JsonValue.Create(provider.IsGemma4SlidingLayer(layer) ? Sliding : Full)),
        ]);
        hf[RopeConfig.Key] = new JsonObject
        {
            [Full] = new JsonObject
            {
                ["partial_rotary_factor"] = fullShare.ToJson(),
                ["rope_theta"] = fullBase.ToJson(),
                ["rope_type"] = "proportional",
            },
            [Sliding] = new JsonObject { ["rope_theta"] = slidingBase.ToJson(), ["rope_type"] = "default" },
        };
    }

    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        ConfigureShared(provider, hf, "num_global_query_groups");
        provider["rotary_base"] = provider.Schema.Field("rotary_base")!.Default; // the class has fields of its own
        provider["sliding_window_rope_base"] = RotaryBase(hf, Sliding, 10000.0);
        provider["full_attention_rope_base"] = RotaryBase(hf, Full, 1000000.0);
        provider["full_attention_rope_partial_factor"] = RotaryShare(hf);
        provider.Window = hf.IntegerOrNull("sliding_window");
        provider.WindowAttnSkipFreq = ConfigValue.ListOf(LayerKinds(hf).Select(kind => (ConfigValue)(kind == Sliding)));
        provider.HetereogenousDistCheckpoint = hf.Flag("use_double_wide_mlp");
    }

    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        ConfigureSharedHf(
            hf,
            provider,
            provider["sliding_window_rope_base"],
            provider["full_attention_rope_base"],
            provider["full_attention_rope_partial_factor"]
        );
        hf["sliding_window"] = provider.Window;
    }

    private static void RequireRope(HfConfig hf, string kind, string type)
    {
        string found = hf.TextOr($"rope_parameters.{kind}.rope_type", type);
        if (found != type || hf.NumberOr($"rope_parameters.{kind}.factor", 1.0) is not 1.0)
        {
            throw new UnsupportedModelException(
                $"{hf.Path}: rope_parameters.{kind} is \"{found}\" or has a factor; Megatron's Gemma 4 computes \"{type}\" without one."
            );
        }
    }
}
