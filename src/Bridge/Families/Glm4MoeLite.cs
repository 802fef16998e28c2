using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Families;

/// <summary>GLM-4.7-Flash: DeepSeek's layers with latent attention, GLM's settings.</summary>
public static class Glm4MoeLite
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Glm4MoeLiteForCausalLM",
        ModelType    = "glm4_moe_lite",
        Schema       = ProviderSchema.Mla,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 1, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "kv_lora_rank": 512,
              "max_position_embeddings": 202752, "mlp_layer_types": null, "moe_intermediate_size": 1536, "n_group": 1,
              "n_routed_experts": 64, "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": null,
              "num_experts_per_tok": 4, "num_hidden_layers": null, "num_key_value_heads": 20, "pretraining_tp": 1,
              "q_lora_rank": 768, "qk_head_dim": null, "qk_nope_head_dim": 192, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-05,
              "rope_interleave": true, "routed_scaling_factor": 1.8, "tie_word_embeddings": false, "topk_group": 1,
              "use_cache": true, "v_head_dim": 256, "vocab_size": null
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
        Glm4Moe.ConfigureShared(provider, hf);
        provider.QkLayernorm = true;
        provider.KvChannels = hf.IntegerOr("head_dim", provider.QkPosEmbHeadDim); // as transformers has it; no size follows
        provider.MoeRouterPreSoftmax = true;
        provider["apply_rope_fusion"] = false;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Glm4Moe.ConfigureHf(hf, provider);
        hf["qk_head_dim"] = provider.QkHeadDim + provider.QkPosEmbHeadDim;
    }
}
