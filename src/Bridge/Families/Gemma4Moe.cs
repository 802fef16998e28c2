using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Gemma 4, text only, with experts: the layers of <see cref="Gemma4"/> with a router and experts beside the MLP, which Megatron has
/// as an expert that all tokens visit. Each of the three has a norm of its own before it.
/// </summary>
public static class Gemma4Moe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = Gemma4.Family.Architecture,
        ModelType     = Gemma4.Family.ModelType,
        AppliesTo     = hf => hf.FlagOr("enable_moe_block", false),
        HfDefaults    = Gemma4.Defaults,
        ConfigMapping = ConfigMapping.Standard.With(
            ("attention_k_eq_v",           "attention_k_eq_v"),
            ("final_logit_softcapping",    "final_logit_softcapping"),
            ("global_head_dim",            "global_head_dim"),
            ("num_global_key_value_heads", "num_global_key_value_heads"),
            ("top_k_experts",              "moe_router_topk"),
            ("intermediate_size",          "moe_shared_expert_intermediate_size")),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.gemma.gemma4_provider.Gemma4ModelProvider",
            Int("seq_length", 262144),
            Text("position_embedding_type", "rope"),
            FloatOrList("rotary_base", ConfigValue.ListOf(10000L, 1000000L)), // with and without window
            Text("normalization", "RMSNorm"),
            Float("layernorm_epsilon", 1e-06),
            IntOrList("window_size", 1024),
            Any("interleaved_attn_pattern", ConfigValue.ListOf(5L, 1L)),
            Float("attention_dropout", 0.0),
            Float("hidden_dropout", 0.0),
            FloatOrNull("softmax_scale", 1.0),
            Bool("qk_layernorm", true),
            Bool("attention_k_eq_v", false),
            Int("global_head_dim", 512),
            IntOrNull("num_global_key_value_heads", 2),
            Float("global_rotary_percent", 0.25),
            Bool("gated_linear_unit", true),
            Bool("add_bias_linear", false),
            Label("activation_func", Targets.FastGelu),
            IntOrNull("num_moe_experts", 128),
            Int("moe_router_topk", 8),
            IntOrNull("moe_ffn_hidden_size", 704),
            IntOrNull("moe_shared_expert_intermediate_size", 2112),
            Bool("moe_grouped_gemm", true),
            Text("moe_token_dispatcher_type", "alltoall"),
            Bool("moe_router_pre_softmax", true),
            ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"),
            FloatOrList("moe_aux_loss_coeff", 0.001),
            Bool("moe_permute_fusion", true),
            FloatOrNull("final_logit_softcapping", 30.0),
            Label("transformer_layer_spec", ConfigValue.MapOf(
                ("_args_", ConfigValue.ListOf()),
                ("_partial_", true),
                (Targets.Key, "megatron.bridge.models.gemma.modeling_gemma4.gemma4_block_spec"),
                ("use_transformer_engine", true))),
            Bool("bf16", true),
            DType("params_dtype", "bfloat16"),
            DTypeOrNull("autocast_dtype", "bfloat16")),
        Parameters    =
        [
            .. Gemma4.Shared,
            new Same( "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight",       "model.layers.*.input_layernorm.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.post_layernorm.weight",  "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.router.weight",                                 "model.layers.*.router.proj.weight"),
            new Same( "decoder.layers.*.mlp.router.per_expert_scale",                       "model.layers.*.router.per_expert_scale"),
            new Same( "decoder.layers.*.mlp.router.scale",                                  "model.layers.*.router.scale"),
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",                          "model.layers.*.pre_feedforward_layernorm_2.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc1.weight*",                    "model.layers.*.experts.gate_up_proj"), // gate above up
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",                    "model.layers.*.experts.down_proj"),
            new Same( "decoder.layers.*.mlp.post_moe_layernorm.weight",                     "model.layers.*.post_feedforward_layernorm_2.weight"),
            new Same( "decoder.layers.*.pre_shared_expert_layernorm.weight",                "model.layers.*.pre_feedforward_layernorm.weight"),
            new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight",              "model.layers.*.mlp.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight",              "model.layers.*.mlp.down_proj.weight"),
            new Same( "decoder.layers.*.mlp.post_shared_expert_layernorm.weight",           "model.layers.*.post_feedforward_layernorm_1.weight"),
            new Same( "decoder.layers.*.post_ffn_layernorm.weight",                         "model.layers.*.post_feedforward_layernorm.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        if (hf.IntegerOr("num_kv_shared_layers", 0) > 0)
        {
            throw new UnsupportedModelException(
                $"{hf.Path}: with experts, Megatron's Gemma 4 has no layers that take keys from others (num_kv_shared_layers)."
            );
        }

        Gemma4.ConfigureShared(provider, hf, "num_global_key_value_heads");
        provider["rotary_base"] = ConfigValue.ListOf(
            Gemma4.RotaryBase(hf, Gemma4.Sliding, 10000.0),
            Gemma4.RotaryBase(hf, "full_attention", 1000000.0)
        );
        provider["global_rotary_percent"] = Gemma4.RotaryShare(hf);
        provider.WindowSize = hf.Integer("sliding_window");
        provider["interleaved_attn_pattern"] = Pattern(Gemma4.LayerKinds(hf));
    }

    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        ConfigValue.List bases = (ConfigValue.List)provider["rotary_base"];
        Gemma4.ConfigureSharedHf(hf, provider, bases.Items[0], bases.Items[1], provider["global_rotary_percent"]);
        hf["enable_moe_block"] = true;
        hf["hidden_size_per_layer_input"] = 0;
        hf["vocab_size_per_layer_input"] = provider.VocabSize;
        hf["sliding_window"] = provider.WindowSize.ToJson();
    }

    /// <summary>How many layers have a window and how many then have none, where that repeats; else the kind of each.</summary>
    private static ConfigValue Pattern(string[] kinds)
    {
        int sliding = Array.FindIndex(kinds, kind => kind != Gemma4.Sliding);
        int full = kinds.Skip(sliding).TakeWhile(kind => kind != Gemma4.Sliding).Count();
        bool repeats = kinds
            .Index()
            .All(layer => (layer.Index % (sliding + full) < sliding) == (layer.Item == Gemma4.Sliding));
        return repeats
            ? ConfigValue.ListOf((long)sliding, (long)full)
            : ConfigValue.ListOf(kinds.Select(kind => (ConfigValue)kind));
    }
}
