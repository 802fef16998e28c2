using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Qwen3 mixture of experts: Qwen3's attention and a router over gated experts. Layers that the config has dense stay dense;
/// upstream loses their weights.
/// </summary>
public static class Qwen3Moe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen3MoeForCausalLM",
        ModelType    = "qwen3_moe",
        Configure    = Configure,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null,
              "max_position_embeddings": 32768, "mlp_only_layers": [], "moe_intermediate_size": 768, "norm_topk_prob": false,
              "num_attention_heads": null, "num_experts_per_tok": 8, "num_hidden_layers": null, "num_key_value_heads": 4,
              "num_local_experts": 128, "output_router_logits": false, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001,
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """,
        ConfigureHf  = ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkNorms,
            .. Decoder.Experts,
            .. Decoder.GatedMlp,
        ],
        Ignored = Decoder.Ignored,
    };

    /// <summary>The fields of the language model.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeAuxLossCoeff = 1e-3;
        provider.MoeRouterPreSoftmax = !hf.FlagOr("norm_topk_prob", false);
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.ReadSparse(hf, provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["norm_topk_prob"] = !provider.MoeRouterPreSoftmax;
        ExpertLayers.WriteSparse(hf, provider);
    }
}
