using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// OLMoE: experts in every layer, and norms that span all query heads and all key heads. (Upstream makes the norm of the keys
/// as long as that of the queries; so are they in all released models, where each head has its own key.)
/// </summary>
public static class Olmoe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "OlmoeForCausalLM",
        ModelType    = "olmoe",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "clip_qkv": null, "dtype": null, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 4096,
              "norm_topk_prob": false, "num_attention_heads": null, "num_experts": 64, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 16, "output_router_logits": false, "rms_norm_eps": 1e-05,
              "router_aux_loss_coef": 0.01, "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkNorms, .. Decoder.Experts],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.bridge.models.olmoe.olmoe_provider.olmoe_layer_spec"
        );
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.HiddenDropout = 0.0;
        provider.QkLayernorm = true;
        provider.AutocastDtype = DType.BF16;
        provider.MoeFfnHiddenSize = provider.FfnHiddenSize;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoeRouterLoadBalancingType = "seq_aux_loss";
        provider.MoeRouterPreSoftmax = !hf.FlagOr("norm_topk_prob", false);
        provider.MoeGroupedGemm = true;
        provider.MoePermuteFusion = true;
        provider.MoeRouterDtype = "fp32";
        provider["persist_layer_norm"] = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.IsSet("clip_qkv"))
        {
            throw hf.Wrong("clip_qkv", "null (Megatron does not clip queries, keys and values)");
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        hf["norm_topk_prob"] = !provider.MoeRouterPreSoftmax;
}
