using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// DeepSeek V2 and V2-Lite: multi-latent attention, dense layers first, then experts beside shared ones. In V2-Lite the
/// query is not compressed, and then it has no norm of its own: upstream, with Megatron-Core of late, builds one into
/// <c>linear_q_proj</c>, which the model does not have, and fails on import.
/// </summary>
public static class DeepseekV2
{
    private const string Grouped = "group_limited_greedy";

    /// <summary>A layer: what all DeepSeek models share.</summary>
    internal static IReadOnlyList<ParameterMapping> Layer { get; } =
    [
        .. Decoder.LatentAttention,
        .. Decoder.GatedMlp,
        .. Decoder.Experts,
        .. Decoder.ExpertBias,
        .. Decoder.SharedExperts,
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "DeepseekV2ForCausalLM",
        ModelType    = "deepseek_v2",
        Schema       = ProviderSchema.Mla,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 0, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "kv_lora_rank": 512,
              "max_position_embeddings": 2048, "mlp_bias": false, "moe_intermediate_size": 1407, "n_group": null,
              "n_routed_experts": 64, "n_shared_experts": 2, "norm_topk_prob": false, "num_attention_heads": null,
              "num_experts_per_tok": null, "num_hidden_layers": null, "num_key_value_heads": 32, "pretraining_tp": 1,
              "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06,
              "routed_scaling_factor": 1.0, "scoring_func": "softmax", "tie_word_embeddings": false, "topk_group": null,
              "topk_method": "greedy", "use_cache": true, "v_head_dim": 128, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = (hf, provider) =>
        {
            ConfigureHf(hf, provider);
            hf["topk_method"] = provider.MoeRouterNumGroups > 1 ? Grouped : "greedy";
        },
        ConfigureExactly = (provider, hf) =>
        {
            ConfigureExactly(provider, hf);
            provider.NormTopkProb = null; // transformers does not read it here
            if (hf.TextOrNull("topk_method") == Grouped)
            {
                provider.GroupScoreExperts = 1; // a group counts as much as its best expert
            }
            else
            {
                provider.MoeRouterNumGroups = null; // chosen among all, whatever n_group says
                provider.MoeRouterGroupTopk = null;
            }
        },
        Parameters   = [.. Decoder.Ends, .. Layer],
        Ignored      = Decoder.Ignored,
    };

    /// <summary>The fields that all DeepSeek models share.</summary>
    internal static void ConfigureShared(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.DecoderBlockSpec;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.KvChannels = hf.IntegerOr("head_dim", provider.QkPosEmbHeadDim); // as transformers has it; no size follows
        provider.HiddenDropout = 0.0;
        provider.AttentionSoftmaxInFp32 = false;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterPreSoftmax = true;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoeRouterLoadBalancingType = "seq_aux_loss";
        provider.MoeSharedExpertOverlap = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoePermuteFusion = true;
        provider["apply_rope_fusion"] = false;
        provider["gradient_accumulation_fusion"] = true;
        provider["bias_activation_fusion"] = true;
        provider["bias_dropout_fusion"] = true;
        provider["cross_entropy_fusion_impl"] = "te";
        provider["cross_entropy_loss_fusion"] = true;
        provider["masked_softmax_fusion"] = true;
        provider["persist_layer_norm"] = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("n_shared_experts", 0));
    }

    /// <summary>The norms of the latent query and of the latent keys and values have transformers' default, whatever the config says.</summary>
    internal static void ConfigureExactly(ModelProvider provider, HfConfig hf) => provider.LatentNormEpsilon = 1e-6;

    /// <summary>The keys that all DeepSeek models share.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["n_group"] ??= 1;
        hf["topk_group"] ??= 1;
        hf["n_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(hf, provider);
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        ConfigureShared(provider, hf);
        provider.MakeVocabSizeDivisibleBy = 3200;
        provider.SeqLength = 4096;
    }
}
