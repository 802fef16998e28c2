using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Kimi K3: linear attention in most layers and latent attention without positions in the others, experts of another width than the
/// residual stream, residuals weighed out of blocks of layers. Upstream has its language model only; the tower comes back from the
/// original on export.
/// </summary>
/// <remarks>
/// The forward pass was compared with the published formulas: nothing else that the tests could run has this model. Upstream gives the norms of
/// latent vectors the epsilon of all others, the code that comes with the weights 0.000001; config.json beside a model decides for the latter.
/// </remarks>
public static class KimiK3
{
    private const string Tower =
        "upstream has the language model of Kimi K3 only; export takes the tower from the original";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "KimiK3ForConditionalGeneration",
        ModelType     = "kimi_k3",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Mla.Derive(
            "megatron.bridge.models.kimi.kimi_k3_provider.KimiK3ModelProvider",
            Bool("variable_seq_lengths", true),
            Any("kimi_kda_layers", ConfigValue.ListOf()),
            Int("kimi_linear_num_heads", 96),
            Int("kimi_linear_head_dim", 128),
            Int("kimi_linear_conv_kernel_size", 4),
            Float("kimi_kda_gate_lower_bound", -5.0),
            Int("kimi_attn_res_block_size", 12)
        ),
        ConfigMapping = ConfigMapping.Standard.With(
            ("num_experts_per_token",                     "moe_router_topk"),
            ("moe_router_activation_func",                "moe_router_score_function"),
            ("num_expert_group",                          "moe_router_num_groups"),
            ("routed_expert_hidden_size",                 "moe_latent_size"),
            ("attn_res_block_size",                       "kimi_attn_res_block_size"),
            ("linear_attn_config.kda_layers",             "kimi_kda_layers"),
            ("linear_attn_config.num_heads",              "kimi_linear_num_heads"),
            ("linear_attn_config.head_dim",               "kimi_linear_head_dim"),
            ("linear_attn_config.short_conv_kernel_size", "kimi_linear_conv_kernel_size"),
            ("linear_attn_config.gate_lower_bound",       "kimi_kda_gate_lower_bound")),
        HfDefaults    = """
            {
              "dtype": null, "tie_word_embeddings": false,
              "text_config": {
                "attention_bias": false, "attn_res_block_size": 12, "dtype": null, "first_k_dense_replace": 1, "head_dim": null,
                "hidden_act": "situ", "hidden_size": null, "initializer_range": 0.006, "intermediate_size": null,
                "kv_lora_rank": 512, "latent_moe_use_norm": true, "linear_attn_config": null, "max_position_embeddings": null,
                "moe_intermediate_size": null, "moe_layer_freq": 1, "moe_router_activation_func": "sigmoid",
                "num_attention_heads": null, "num_expert_group": 1, "num_experts": null, "num_experts_per_token": null,
                "num_hidden_layers": null, "num_key_value_heads": null, "num_shared_experts": 0, "q_lora_rank": 1536,
                "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-05, "routed_expert_hidden_size": null,
                "routed_scaling_factor": 1.0, "tie_word_embeddings": false, "topk_group": 1, "use_grouped_topk": true,
                "v_head_dim": 128, "vocab_size": null
              }
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = DeepseekV2.ConfigureExactly,
        Parameters    = [.. Rows.Inside(megatron: "", model: "language_model.model.", others: "language_model.")],
        Ignored       = [new("vision_tower.**", Tower), new("mm_projector.**", Tower)],
    };

    // csharpier-ignore
    private static IReadOnlyList<ParameterMapping> Rows =>
    [
        .. Decoder.Ends,
        new Same("decoder.layers.*.input_layernorm.weight",   "model.layers.*.input_layernorm.weight"),
        new Same("decoder.layers.*.pre_mlp_layernorm.weight", "model.layers.*.post_attention_layernorm.weight"),

        // what both kinds of attention have, and what one has, is called the same on both sides
        new PaddedHeads("decoder.layers.*.self_attention.A_log", "model.layers.*.self_attn.A_log"),
        new Same("decoder.layers.*.self_attention.**",           "model.layers.*.self_attn.**"),

        new Gated("decoder.layers.*.mlp.linear_fc1.weight",                "model.layers.*.mlp.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.weight",                "model.layers.*.mlp.down_proj.weight"),
        new Same( "decoder.layers.*.mlp.router.weight",                    "model.layers.*.block_sparse_moe.gate.weight"),
        new Same( "decoder.layers.*.mlp.router.expert_bias",               "model.layers.*.block_sparse_moe.gate.e_score_correction_bias"),
        new Same( "decoder.layers.*.mlp.fc1_latent_proj.weight",           "model.layers.*.block_sparse_moe.routed_expert_down_proj.weight"),
        new Same( "decoder.layers.*.mlp.routed_expert_norm.weight",        "model.layers.*.block_sparse_moe.routed_expert_norm.weight"),
        new Same( "decoder.layers.*.mlp.fc2_latent_proj.weight",           "model.layers.*.block_sparse_moe.routed_expert_up_proj.weight"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",       "model.layers.*.block_sparse_moe.experts.*.{w1,w3}.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",       "model.layers.*.block_sparse_moe.experts.*.w2.weight"),
        new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.block_sparse_moe.shared_experts.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.block_sparse_moe.shared_experts.down_proj.weight"),

        new Same("decoder.layers.*.self_attention_res_norm.weight", "model.layers.*.self_attention_res_norm.weight"),
        new Same("decoder.layers.*.self_attention_res_proj.weight", "model.layers.*.self_attention_res_proj.weight"),
        new Same("decoder.layers.*.mlp_res_norm.weight",            "model.layers.*.mlp_res_norm.weight"),
        new Same("decoder.layers.*.mlp_res_proj.weight",            "model.layers.*.mlp_res_proj.weight"),

        new OfLastLayer("decoder.layers.*.output_attn_res_norm.weight", "model.output_attn_res_norm.weight"),
        new OfLastLayer("decoder.layers.*.output_attn_res_proj.weight", "model.output_attn_res_proj.weight"),
    ];

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        if (!text.Flag("latent_moe_use_norm"))
        {
            throw text.Wrong("latent_moe_use_norm", "true; Megatron has no such experts without a norm");
        }

        DeepseekV2.ConfigureShared(provider, text);
        provider.TransformerLayerSpec = Targets.Function("megatron.bridge.models.kimi.kimi_k3_spec.build_kimi_k3_spec");
        provider.AddQkvBias = false;
        provider.ShareEmbeddingsAndOutputWeights = false;
        provider.PositionEmbeddingType = "none";
        provider.AttentionDropout = 0.0;
        provider.AttentionSoftmaxInFp32 = true;
        provider.MakeVocabSizeDivisibleBy = SharedConfig.VocabDivisor(provider.VocabSize);
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterLoadBalancingType = "none";
        provider.MoeAuxLossCoeff = 0.0;
        provider.MoeSharedExpertOverlap = false;
        provider.MtpNumLayers = null;
        provider["moe_router_bias_update_rate"] = 0.0;
        provider["use_te_activation_func"] = true;
        provider["disable_bf16_reduced_precision_matmul"] = true;
        provider["bias_activation_fusion"] = false;
        provider["bias_dropout_fusion"] = false;
        ExpertLayers.SetShared(provider, text.Integer("num_shared_experts"));
        if (!text.Flag("use_grouped_topk"))
        {
            provider.MoeRouterNumGroups = null;
            provider.MoeRouterGroupTopk = null;
        }

        int dense = text.Integer("first_k_dense_replace");
        int every = text.Integer("moe_layer_freq") is > 0 and var step
            ? step
            : throw text.Wrong("moe_layer_freq", "1 or more");
        provider.MoeLayerFreq = ConfigValue.ListOf(
            Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer => (ConfigValue)(layer >= dense && layer % every == 0 ? 1L : 0L))
        );
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        bool[] hasExperts = [.. Enumerable.Range(0, provider.NumLayers).Select(provider.IsMoeLayer)];
        int dense = hasExperts.TakeWhile(has => !has).Count();
        int every = hasExperts.Skip(dense + 1).TakeWhile(has => !has).Count() + 1;
        text["first_k_dense_replace"] = dense;
        text["moe_layer_freq"] = every;
        text["hidden_act"] = "situ";
        text["num_shared_experts"] = ExpertLayers.CountShared(provider);
        text["use_grouped_topk"] = provider.MoeRouterGroupTopk is not null;
        text["num_expert_group"] = provider.MoeRouterNumGroups ?? 1;
        text["topk_group"] = provider.MoeRouterGroupTopk ?? 1;
        text["linear_attn_config"]!["full_attn_layers"] = new JsonArray([
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Where(layer => !provider.IsKimiDeltaLayer(layer))
                .Select(layer => JsonValue.Create(layer + 1)),
        ]);
    }
}
