using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Families;

/// <summary>
/// DeepSeek V3 and R1, and what is built like them: Moonlight, Kimi K2. DeepSeek V2's layers, a bias that keeps the load of
/// the experts even, and layers for multi-token prediction.
/// </summary>
public static class DeepseekV3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "DeepseekV3ForCausalLM",
        ModelType    = "deepseek_v3",
        Schema       = ProviderSchema.Mla,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 3, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "kv_lora_rank": 512,
              "max_position_embeddings": 4096, "moe_intermediate_size": 2048, "n_group": 8, "n_routed_experts": 256,
              "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": null, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 128, "num_nextn_predict_layers": 0, "pretraining_tp": 1,
              "q_lora_rank": 1536, "qk_head_dim": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06,
              "rope_interleave": true, "routed_scaling_factor": 2.5, "tie_word_embeddings": false, "topk_group": 4,
              "use_cache": true, "v_head_dim": 128, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        ConfigureExactly = DeepseekV2.ConfigureExactly,
        Parameters   =
        [
            .. Decoder.Ends,
            .. DeepseekV2.Layer,
            .. Decoder.Predicting(DeepseekV2.Layer, lastNorm: "shared_head.norm.weight"),
        ],
        Ignored = [.. Decoder.Ignored, .. Decoder.PredictingIgnored],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        DeepseekV2.ConfigureShared(provider, hf);
        provider.MakeVocabSizeDivisibleBy = 1280;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeAuxLossCoeff = hf.NumberOr("aux_loss_alpha", 1e-4);
        provider.MtpNumLayers = hf.IntegerOrNull("num_nextn_predict_layers") is > 0 and var layers ? layers : null;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        DeepseekV2.ConfigureHf(hf, provider);
        hf["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        hf["qk_head_dim"] = provider.QkHeadDim + provider.QkPosEmbHeadDim;
    }
}
