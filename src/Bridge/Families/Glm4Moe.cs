using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>GLM-4.5, 4.6 and 4.7: attention with query groups, dense layers first, then experts beside a shared one.</summary>
public static class Glm4Moe
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        .. Decoder.Attention,
        .. Decoder.QkvBias,
        .. Decoder.QkNorms,
        .. Decoder.GatedMlp,
        .. Decoder.Experts,
        .. Decoder.ExpertBias,
        .. Decoder.SharedExperts,

        // all experts of a layer in one tensor, as some checkpoints have them
        new Same("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.gate_up_proj"),
        new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.down_proj"),
        new Same("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.gate_up_proj.weight"),
        new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.down_proj.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Glm4MoeForCausalLM",
        ModelType    = "glm4_moe",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 1, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null,
              "max_position_embeddings": 131072, "moe_intermediate_size": 1408, "n_group": 1, "n_routed_experts": 128,
              "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": null, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 8, "partial_rotary_factor": 0.5, "rms_norm_eps": 1e-05,
              "routed_scaling_factor": 1.0, "tie_word_embeddings": false, "topk_group": 1, "use_cache": true, "use_qk_norm": false,
              "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   = [.. Decoder.Ends, .. Layer, .. Decoder.Predicting(Layer, lastNorm: "shared_head.norm.weight")],
        Ignored      = [.. Decoder.Ignored, .. Decoder.PredictingIgnored],
    };

    /// <summary>The fields that GLM models share, whatever their attention.</summary>
    internal static void ConfigureShared(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.DecoderBlockSpec;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        provider.MoeSharedExpertOverlap = true;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoeRouterLoadBalancingType = "seq_aux_loss";
        provider.MoeGroupedGemm = true;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoePermuteFusion = true;
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoeAuxLossCoeff = 1e-3;
        provider["moe_router_bias_update_rate"] = 0L;
        provider["mtp_loss_scaling_factor"] = 0.3;
        provider["persist_layer_norm"] = true;
        provider["bias_activation_fusion"] = true;
        provider["bias_dropout_fusion"] = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("n_shared_experts", 1));
    }

    /// <summary>The keys that GLM models share.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["n_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(hf, provider);
        if (provider.MtpNumLayers is { } layers)
        {
            hf["num_nextn_predict_layers"] = layers;
        }
    }

    private static void Configure(ModelProvider provider, HfConfig hf) => ConfigureShared(provider, hf);
}
