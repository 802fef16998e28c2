using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Ling 2.0 (Bailing): query, key and value in one tensor, dense layers first, then experts beside shared ones. Upstream has no
/// place for the biases that <c>use_qkv_bias</c> gives to the projections; here they stay.
/// </summary>
public static class BailingMoeV2
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        .. Attention,
        .. Decoder.GatedMlp,
        .. Decoder.Experts,
        new Same("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.gate.expert_bias"),
        .. Decoder.SharedExperts,
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "BailingMoeV2ForCausalLM",
        ModelType    = "bailing_moe_v2",
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "embedding_dropout": 0.0, "first_k_dense_replace": 1, "head_dim": 128,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null,
              "max_position_embeddings": 32768, "max_window_layers": 20, "moe_intermediate_size": 512,
              "moe_router_enable_expert_bias": true, "mtp_loss_scaling_factor": 0, "n_group": 8, "num_attention_heads": null,
              "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": null, "num_key_value_heads": 4,
              "num_nextn_predict_layers": 0, "num_shared_experts": 1, "output_dropout": 0.0, "output_router_logits": false,
              "rms_norm_eps": 1e-06, "rope_theta": 600000.0, "routed_scaling_factor": 1.0, "tie_word_embeddings": false, "topk_group": 4,
              "use_bias": false, "use_cache": true, "use_qk_norm": true, "use_qkv_bias": false, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   = [.. Ends, .. Layer, .. Decoder.Predicting(Layer, lastNorm: "final_layernorm.weight")],
        Ignored      = Decoder.Ignored,
    };

    // csharpier-ignore
    /// <summary>Embedding, head and last norm.</summary>
    internal static IReadOnlyList<ParameterMapping> Ends =>
    [
        new Vocab("embedding.word_embeddings.weight", "model.word_embeddings.weight"),
        new Vocab("output_layer.weight",              "lm_head.weight"),
        new Same( "decoder.final_layernorm.weight",   "model.norm.weight"),
    ];

    // csharpier-ignore
    /// <summary>Attention with a norm before it.</summary>
    internal static IReadOnlyList<ParameterMapping> Attention =>
    [
        new Same(           "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
        new ConcatenatedQkv("decoder.layers.*.self_attention.linear_qkv.weight",            "model.layers.*.attention.query_key_value.weight"),
        new ConcatenatedQkv("decoder.layers.*.self_attention.linear_qkv.bias",              "model.layers.*.attention.query_key_value.bias"),
        new Same(           "decoder.layers.*.self_attention.q_layernorm.weight",           "model.layers.*.attention.query_layernorm.weight"),
        new Same(           "decoder.layers.*.self_attention.k_layernorm.weight",           "model.layers.*.attention.key_layernorm.weight"),
        new Same(           "decoder.layers.*.self_attention.linear_proj.weight",           "model.layers.*.attention.dense.weight"),
    ];

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.DecoderBlockSpec;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = hf.FlagOr("use_qkv_bias", false);
        provider.HiddenDropout = 0.0;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterPreSoftmax = true;
        provider.MoeRouterLoadBalancingType = "none";
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("num_shared_experts", 1));
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["use_qkv_bias"] = provider.AddQkvBias;
        hf["num_shared_experts"] = ExpertLayers.CountShared(provider);
        hf["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        ExpertLayers.Write(hf, provider);
    }
}
