using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Hy V3: Qwen3's attention, dense layers first, then experts beside a shared one.</summary>
public static class HyV3
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        .. Decoder.Attention,
        .. Decoder.QkNorms,
        .. Decoder.GatedMlp,
        new Same( "decoder.layers.*.pre_mlp_layernorm.weight",             "model.layers.*.post_attention_layernorm.weight"),
        new Same( "decoder.layers.*.mlp.router.weight",                    "model.layers.*.mlp.router.gate.weight"),
        new Same( "decoder.layers.*.mlp.router.expert_bias",               "model.layers.*.mlp.expert_bias"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",       "model.layers.*.mlp.experts.*.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",       "model.layers.*.mlp.experts.*.down_proj.weight"),
        new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.mlp.shared_mlp.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.mlp.shared_mlp.down_proj.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "HYV3ForCausalLM",
        ModelType    = "hy_v3",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "enable_moe_fp32_combine": true,
              "first_k_dense_replace": 1, "head_dim": 128, "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.006,
              "intermediate_size": null, "max_position_embeddings": 131072, "mlp_bias": false, "mlp_layer_types": null,
              "moe_intermediate_size": 1536, "num_attention_heads": null, "num_experts": 192, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 8, "num_shared_experts": 1, "output_router_logits": false,
              "rms_norm_eps": 1e-05, "router_scaling_factor": 2.826, "tie_word_embeddings": false, "use_cache": true,
              "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        ConfigureExactly = (provider, _) => provider.NormTopkProb = true, // as transformers always does
        Parameters   = [.. Decoder.Ends, .. Layer, .. Decoder.Predicting(Layer, lastNorm: "final_layernorm.weight")],
        Ignored      = [.. Decoder.Ignored, .. Decoder.PredictingIgnored],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.DecoderBlockSpec;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.HiddenDropout = 0.0;
        provider.QkLayernorm = true;
        provider.AttentionSoftmaxInFp32 = false;
        provider.AutocastDtype = DType.BF16;
        provider.MoeGroupedGemm = true;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoeRouterLoadBalancingType = "none";
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoePermuteFusion = true;
        provider.MoeAuxLossCoeff = 0.0;
        provider.MoeRouterTopkScalingFactor = hf.Number("router_scaling_factor");
        provider["moe_router_bias_update_rate"] = 0L;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("num_shared_experts", 0));
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["num_shared_experts"] = ExpertLayers.CountShared(provider);
        hf["router_scaling_factor"] = provider["moe_router_topk_scaling_factor"].ToJson();
        ExpertLayers.Write(hf, provider);
        if (provider.MtpNumLayers is { } layers)
        {
            hf["num_nextn_predict_layers"] = layers;
        }
    }
}
