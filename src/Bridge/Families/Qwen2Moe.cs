using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Qwen1.5-MoE and Qwen2-MoE: Qwen2's attention, and experts beside a shared one with a gate. Not in upstream.</summary>
public static class Qwen2Moe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen2MoeForCausalLM",
        ModelType     = "qwen2_moe",
        IsUpstream    = false,
        ConfigMapping = ConfigMapping.Standard.With(("qkv_bias", "add_qkv_bias"), ("shared_expert_intermediate_size", "moe_shared_expert_intermediate_size")),
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null, "hidden_act": "silu", "hidden_size": null,
              "initializer_range": 0.02, "intermediate_size": null, "layer_types": null, "max_position_embeddings": 32768,
              "max_window_layers": 28, "mlp_only_layers": [], "moe_intermediate_size": 1408, "norm_topk_prob": false,
              "num_attention_heads": null, "num_experts": 60, "num_experts_per_tok": 4, "num_hidden_layers": null,
              "num_key_value_heads": 16, "output_router_logits": false, "qkv_bias": true, "rms_norm_eps": 1e-06,
              "router_aux_loss_coef": 0.001, "shared_expert_intermediate_size": 5632, "sliding_window": 0,
              "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkvBias,
            .. Decoder.GatedMlp,
            .. Decoder.Experts,
            new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.mlp.shared_expert.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.mlp.shared_expert.down_proj.weight"),
            new Same( "decoder.layers.*.mlp.shared_experts.gate_weight",       "model.layers.*.mlp.shared_expert_gate.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        provider.MoeSharedExpertGate = true;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeRouterPreSoftmax = !hf.FlagOr("norm_topk_prob", false);
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.ReadSparse(hf, provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["norm_topk_prob"] = !provider.MoeRouterPreSoftmax;
        hf["layer_types"] = LayerTypes.All("full_attention", provider.NumLayers);
        ExpertLayers.WriteSparse(hf, provider);
    }
}
