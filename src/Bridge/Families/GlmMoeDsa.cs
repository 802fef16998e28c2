using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// GLM-5, 5.1 and 5.2: DeepSeek's layers with sparse attention, in which an indexer chooses the tokens that a layer looks at.
/// Upstream switches the layers for multi-token prediction off, and their tensors are lost; here they stay.
/// </summary>
public static class GlmMoeDsa
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        .. DeepseekV2.Layer,

        // sparse attention has these norms as modules of their own
        new Same("decoder.layers.*.self_attention.q_layernorm.weight",  "model.layers.*.self_attn.q_a_layernorm.weight"),
        new Same("decoder.layers.*.self_attention.kv_layernorm.weight", "model.layers.*.self_attn.kv_a_layernorm.weight"),

        new Same("decoder.layers.*.self_attention.core_attention.indexer.linear_wq_b.weight",         "model.layers.*.self_attn.indexer.wq_b.weight"),
        new Same("decoder.layers.*.self_attention.core_attention.indexer.linear_wk.weight",           "model.layers.*.self_attn.indexer.wk.weight"),
        new Same("decoder.layers.*.self_attention.core_attention.indexer.k_norm.weight",              "model.layers.*.self_attn.indexer.k_norm.weight"),
        new Same("decoder.layers.*.self_attention.core_attention.indexer.k_norm.bias",                "model.layers.*.self_attn.indexer.k_norm.bias"),
        new Same("decoder.layers.*.self_attention.core_attention.indexer.linear_weights_proj.weight", "model.layers.*.self_attn.indexer.weights_proj.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "GlmMoeDsaForCausalLM",
        ModelType     = "glm_moe_dsa",
        Schema        = ProviderSchema.Mla,
        ConfigMapping = ConfigMapping.Standard.Without("num_experts"), // transformers writes 256 there whatever n_routed_experts is
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 3, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "index_head_dim": 128, "index_n_heads": 32, "index_topk": 2048,
              "indexer_rope_interleave": false, "indexer_types": null, "initializer_range": 0.02, "intermediate_size": null,
              "kv_lora_rank": 512, "layer_types": null, "max_position_embeddings": 202752, "mlp_bias": false,
              "mlp_layer_types": null, "moe_intermediate_size": 2048, "n_group": 1, "n_routed_experts": 256, "n_shared_experts": 1,
              "norm_topk_prob": true, "num_attention_heads": null, "num_experts": 256, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 64, "q_lora_rank": 2048, "qk_head_dim": null,
              "qk_nope_head_dim": 192, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-05, "routed_scaling_factor": 2.5,
              "tie_word_embeddings": false, "topk_group": 1, "use_cache": true, "v_head_dim": 256, "vocab_size": null
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = (provider, hf) =>
        {
            DeepseekV2.ConfigureExactly(provider, hf);
            provider["dsa_indexer_rope_interleaved"] = false; // transformers does not read indexer_rope_interleave
        },
        Parameters    = [.. Decoder.Ends, .. Layer, .. Decoder.Predicting(Layer, lastNorm: "shared_head.norm.weight")],
        Ignored       = [.. Decoder.Ignored, .. Decoder.PredictingIgnored],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.core.models.gpt.experimental_attention_variant_module_specs.get_transformer_block_with_experimental_attention_variant_spec"
        );
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.KvChannels = hf.IntegerOr("head_dim", provider.QkPosEmbHeadDim);
        provider.HiddenDropout = 0.0;
        provider.AttentionSoftmaxInFp32 = false;
        provider.MakeVocabSizeDivisibleBy = 1280;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterPreSoftmax = true;
        provider.MoeTokenDispatcherType = "flex";
        provider.MoeRouterLoadBalancingType = "seq_aux_loss";
        provider.MoeSharedExpertOverlap = true;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoePermuteFusion = true;
        provider.CpCommType = "allgather";
        provider.ExperimentalAttentionVariant = "dsa";
        provider.DsaIndexerHeadDim = hf.Integer("index_head_dim");
        provider.DsaIndexerNHeads = hf.Integer("index_n_heads");
        provider["dsa_indexer_topk"] = hf.Integer("index_topk");
        provider["dsa_indexer_rope_interleaved"] = hf.Flag("indexer_rope_interleave");
        provider["dsa_indexer_rotate_activation"] = false;
        provider["dsa_indexer_k_norm_epsilon"] = 1e-6;
        provider["dsa_indexer_loss_coeff"] = 1e-3;
        provider["dsa_indexer_use_sparse_loss"] = true;
        provider["moe_flex_dispatcher_backend"] = "hybridep";
        provider["moe_flex_dispatcher_num_sms"] = 16L;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("n_shared_experts", 1));
        ReadIndexers(provider, hf);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["index_head_dim"] = provider.DsaIndexerHeadDim;
        hf["index_n_heads"] = provider.DsaIndexerNHeads;
        hf["index_topk"] = provider["dsa_indexer_topk"].ToJson();
        hf["indexer_rope_interleave"] = provider["dsa_indexer_rope_interleaved"].ToJson();
        hf["indexer_types"] = new JsonArray([.. IndexerTypes(provider).Select(type => JsonValue.Create(type))]);
        hf["layer_types"] = LayerTypes.All("deepseek_sparse_attention", provider.NumLayers);
        hf["qk_head_dim"] = provider.QkHeadDim + provider.QkPosEmbHeadDim;
        hf["n_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(hf, provider);
        if (provider.DsaIndexerTopkFreq > 1)
        {
            hf["index_topk_freq"] = provider.DsaIndexerTopkFreq;
            hf["index_skip_topk_offset"] = provider.DsaIndexerSkipTopkOffset;
        }

        if (provider.MtpNumLayers is { } layers)
        {
            hf["num_nextn_predict_layers"] = layers;
        }
    }

    /// <summary>
    /// Which layers have an indexer: <c>index_topk_freq</c> and <c>index_skip_topk_offset</c> tell it, or a list, for which the two
    /// are found.
    /// </summary>
    private static void ReadIndexers(ModelProvider provider, HfConfig hf)
    {
        int frequency = hf.IntegerOr("index_topk_freq", 1);
        provider.DsaIndexerTopkFreq = frequency;
        provider.DsaIndexerSkipTopkOffset = hf.IntegerOr("index_skip_topk_offset", frequency > 1 ? 2 : 0);
        if (!hf.IsSet("indexer_types"))
        {
            return;
        }

        IReadOnlyList<string> wanted = hf.Texts("indexer_types");
        foreach (int every in hf.IsSet("index_topk_freq") ? [frequency] : Enumerable.Range(1, provider.NumLayers))
        {
            foreach (int offset in Enumerable.Range(0, provider.NumLayers))
            {
                if (IndexerTypes(provider).SequenceEqual(wanted))
                {
                    return;
                }

                provider.DsaIndexerTopkFreq = every;
                provider.DsaIndexerSkipTopkOffset = offset;
            }
        }

        throw hf.Wrong("indexer_types", "\"full\" in the first layers and then in every n-th, else \"shared\"");
    }

    private static IEnumerable<string> IndexerTypes(ModelProvider provider) =>
        Enumerable.Range(0, provider.NumLayers).Select(layer => provider.HasSparseIndexer(layer) ? "full" : "shared");
}
