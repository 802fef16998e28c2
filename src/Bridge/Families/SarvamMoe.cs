using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Sarvam with query groups: Ling's tensors with other settings. Upstream takes few keys of the config and its defaults for the
/// rest (epsilon of the norms, factor of the experts' weights); here the config counts.
/// </summary>
public static class SarvamMoe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "SarvamMoEForCausalLM",
        ModelType     = "sarvam_moe",
        Schema        = ProviderSchema.Gpt.Derive("megatron.bridge.models.sarvam.sarvam_provider.SarvamMoEModelProvider", Defaults),
        ConfigMapping = ConfigMapping.Standard.Without("initializer_range", "n_group", "topk_group", "num_nextn_predict_layers"),
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "embedding_dropout": 0.0, "first_k_dense_replace": 1, "head_dim": 64,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.006, "intermediate_size": null,
              "max_position_embeddings": 131072, "max_window_layers": 20, "moe_intermediate_size": 1024,
              "moe_router_enable_expert_bias": true, "mtp_loss_scaling_factor": 0, "n_group": 1, "num_attention_heads": null,
              "num_experts": 128, "num_experts_per_tok": 6, "num_hidden_layers": null, "num_key_value_heads": 4,
              "num_nextn_predict_layers": 0, "num_shared_experts": 1, "output_dropout": 0.0, "output_router_logits": false,
              "rms_norm_eps": 1e-06, "rope_theta": 8000000.0, "routed_scaling_factor": 2.5, "tie_word_embeddings": false,
              "topk_group": 1, "use_bias": false, "use_qk_norm": true, "use_qkv_bias": false,
              "vocab_size": null
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. BailingMoeV2.Ends,
            .. BailingMoeV2.Attention,
            .. Decoder.GatedMlp,
            .. Decoder.Experts,
            new Same("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.gate.expert_bias"),
            .. Decoder.SharedExperts,
        ],
        Ignored       = Decoder.Ignored,
    };

    /// <summary>The defaults that upstream's two provider classes for Sarvam have in common.</summary>
    internal static ProviderField[] Defaults =>
        [
            Label(
                "transformer_layer_spec",
                ConfigValue.MapOf(
                    ("_args_", ConfigValue.ListOf()),
                    ("_partial_", true),
                    (Targets.Key, "megatron.core.models.gpt.gpt_layer_specs.get_gpt_decoder_block_spec"),
                    ("normalization", "RMSNorm"),
                    ("use_transformer_engine", true),
                    ("vp_stage", ConfigValue.Null)
                )
            ),
            Text("normalization", "RMSNorm"),
            Label("activation_func", Targets.Silu),
            Bool("gated_linear_unit", true),
            Text("position_embedding_type", "rope"),
            Bool("add_bias_linear", false),
            Bool("share_embeddings_and_output_weights", false),
            Bool("qk_layernorm", true),
            Float("init_method_std", 0.006),
            Float("hidden_dropout", 0.0),
            Float("attention_dropout", 0.0),
            Float("layernorm_epsilon", 1e-6),
            FloatOrList("moe_aux_loss_coeff", 0L),
            Bool("moe_router_pre_softmax", true),
            Bool("moe_router_enable_expert_bias", true),
            Bool("moe_grouped_gemm", true),
            Bool("moe_permute_fusion", true),
            FloatOrNull("moe_router_topk_scaling_factor", 2.5),
            ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"),
            Text("moe_router_score_function", "sigmoid"),
            Text("moe_token_dispatcher_type", "alltoall"),
            Bool("attention_softmax_in_fp32", true),
            Bool("persist_layer_norm", true),
            Text("cross_entropy_fusion_impl", "te"),
            TextOrList("cp_comm_type", "p2p"),
            TextOrNull("recompute_granularity", "selective"),
            TextList("recompute_modules", "layernorm", "shared_experts", "mlp", "moe_act"),
        ];

    /// <summary>The fields that both kinds of Sarvam share.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.MakeVocabSizeDivisibleBy = 128;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("num_shared_experts", 1));
        if (hf.IntegerOr("n_group", 1) > 1)
        {
            provider.MoeRouterNumGroups = hf.Integer("n_group");
            provider.MoeRouterGroupTopk = hf.Integer("topk_group");
        }
    }

    /// <summary>The keys that both kinds of Sarvam share.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["num_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(hf, provider);
        if (provider.MoeRouterNumGroups is { } groups)
        {
            hf["n_group"] = groups;
            hf["topk_group"] = provider.MoeRouterGroupTopk;
        }
    }
}
