using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// DeepSeek V4: several residual streams with hyper-connections, a window of full attention with compressed tokens behind it, experts
/// in every layer, in the first ones told by a table. Only Megatron-Core's development branch has such models, not cut by tensor
/// parallelism.
/// </summary>
public static class DeepseekV4
{
    private const string Window = "sliding_attention";
    private const string Chosen = "compressed_sparse_attention";
    private const string Heavy = "heavily_compressed_attention";
    private const double HyperEpsilon = 1e-6;

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "DeepseekV4ForCausalLM",
        ModelType     = "deepseek_v4",
        Schema        = ProviderSchema.Mla.InVersion([.. DevelopmentFields.All, .. DevelopmentFields.Mla], DevelopmentFields.Missing),
        ConfigMapping = ConfigMapping.Standard.Without("partial_rotary_factor", "router_aux_loss_coef").With(
            ("head_dim",            "v_head_dim"),
            ("o_groups",            "o_groups"),
            ("o_lora_rank",         "o_lora_rank"),
            ("index_n_heads",       "dsa_indexer_n_heads"),
            ("index_head_dim",      "dsa_indexer_head_dim"),
            ("index_topk",          "dsa_indexer_topk"),
            ("sliding_window",      "csa_window_size"),
            ("compress_rope_theta", "csa_compress_rotary_base"),
            ("hc_mult",             "num_residual_streams"),
            ("hc_sinkhorn_iters",   "mhc_sinkhorn_iterations"),
            ("swiglu_limit",        "activation_func_clamp_value")),
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0,
              "compress_rates": { "compressed_sparse_attention": 4, "heavily_compressed_attention": 128 },
              "compress_rope_theta": 160000.0, "dtype": null, "hc_eps": 1e-06, "hc_mult": 4, "hc_sinkhorn_iters": 20, "head_dim": 512,
              "hidden_act": "silu", "hidden_size": 4096, "index_head_dim": 128, "index_n_heads": 64, "index_topk": 512,
              "initializer_range": 0.02, "layer_types": null, "max_position_embeddings": 1048576, "mlp_bias": false,
              "mlp_layer_types": null, "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
              "norm_topk_prob": true, "num_attention_heads": 64, "num_experts_per_tok": 6, "num_hidden_layers": 43,
              "num_key_value_heads": 1, "num_nextn_predict_layers": 1, "o_groups": 8, "o_lora_rank": 1024,
              "output_router_logits": false, "partial_rotary_factor": null, "q_lora_rank": 1024, "qk_rope_head_dim": 64,
              "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "routed_scaling_factor": 1.5, "router_aux_loss_coef": 0.001,
              "router_jitter_noise": 0.0, "scoring_func": "sqrtsoftplus", "sliding_window": 128, "swiglu_limit": 10.0,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": 129280
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = ConfigureExactly,
        Parameters    = [.. DeepseekV4Tensors.Released, .. DeepseekV4Tensors.Saved],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.core.models.gpt.experimental_attention_variant_module_specs.get_transformer_block_with_experimental_attention_variant_spec"
        );
        provider.ExperimentalAttentionVariant = "dsv4_hybrid";
        provider["hetereogenous_dist_checkpoint"] = true;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.FfnHiddenSize = provider.MoeFfnHiddenSize ?? provider.FfnHiddenSize; // no layer is dense
        provider.QkHeadDim = provider.VHeadDim - provider.QkPosEmbHeadDim;
        provider.KvLoraRank = provider.QkHeadDim;
        provider.HiddenDropout = 0.0;
        provider.AttentionSoftmaxInFp32 = false;
        provider.MakeVocabSizeDivisibleBy = 1280;
        provider.SeqLength = 4096;
        provider["enable_hyper_connections"] = true;
        provider["apply_dsa_kernel_fusion"] = false;
        provider["apply_rope_fusion"] = true;
        provider["gradient_accumulation_fusion"] = true;
        provider["bias_dropout_fusion"] = true;
        provider["cross_entropy_fusion_impl"] = "te";
        provider["cross_entropy_loss_fusion"] = true;
        provider["masked_softmax_fusion"] = true;
        provider["persist_layer_norm"] = true;
        ConfigureExperts(provider, hf);
        ReadRotary(provider, hf);
        ReadLayers(provider, hf);
    }

    private static void ConfigureExperts(ModelProvider provider, HfConfig hf)
    {
        provider.MoeGroupedGemm = true;
        provider.MoeRouterPreSoftmax = false;
        provider.MoeTokenDispatcherType = "flex";
        provider.MoeRouterLoadBalancingType = "noaux_tc";
        provider.MoeSharedExpertOverlap = true;
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoePermuteFusion = true;
        provider.MoeAuxLossCoeff = 0.0;
        provider.MoeLayerFreq = ConfigValue.ListOf(Enumerable.Repeat((ConfigValue)1L, provider.NumLayers));
        provider["moe_flex_dispatcher_backend"] = "hybridep";
        provider["moe_flex_dispatcher_num_sms"] = 16L;
        provider["actual_vocab_size"] = provider.VocabSize;
        ExpertLayers.SetShared(provider, hf.Integer("n_shared_experts"));
    }

    private static void ReadRotary(ModelProvider provider, HfConfig hf)
    {
        // One embedding for the window, one for what is compressed; older configs have only the scaling of the latter.
        HfConfig given = hf.Nested("rope_scaling") ?? hf.Nested(RopeConfig.Key) ?? new([], hf.Path);
        HfConfig main = given.Nested("main") ?? given;
        HfConfig compressed = given.Nested("compress") ?? given;
        provider["rotary_base"] = main.IsSet("rope_theta") ? main.Value("rope_theta") : hf.Value("rope_theta");
        provider.RotaryPercent = 1.0; // the rotating channels are counted apart
        provider["mscale"] = 1.0;
        provider["mscale_all_dim"] = 1.0;
        provider["beta_fast"] = compressed.NumberOr("beta_fast", 32.0);
        provider["beta_slow"] = compressed.NumberOr("beta_slow", 1.0);
        provider["rotary_scaling_factor"] = compressed.NumberOr("factor", 1.0);
        if (compressed.IsSet("original_max_position_embeddings"))
        {
            provider["original_max_position_embeddings"] = compressed.Value("original_max_position_embeddings");
        }
    }

    private static void ReadLayers(ModelProvider provider, HfConfig hf)
    {
        int layers = provider.NumLayers;
        int predicting = hf.Integer("num_nextn_predict_layers");
        if (predicting < 0)
        {
            throw hf.Wrong("num_nextn_predict_layers", "0 or more");
        }

        provider.MtpNumLayers = predicting > 0 ? predicting : null;
        IEnumerable<int> ratios = hf.IsSet("compress_ratios")
            ? hf.Integers("compress_ratios")
            : hf.Texts("layer_types").Select(type => Ratio(hf, type));
        int[] known = [.. ratios.Concat(Enumerable.Repeat(0, predicting)).Take(layers + predicting)];
        if (known.Length < layers + predicting || known.Any(ratio => ratio is not (0 or 4 or 128)))
        {
            throw hf.Wrong(
                hf.IsSet("compress_ratios") ? "compress_ratios" : "layer_types",
                $"a list that tells for each of {layers} layers a ratio of 0, 4 or 128"
            );
        }

        provider["csa_compress_ratios"] = ConfigValue.ListOf(known.Select(ratio => (ConfigValue)(long)ratio));
        provider["moe_n_hash_layers"] = CountHashed(hf, layers);
    }

    private static int Ratio(HfConfig hf, string type) =>
        type == Window
            ? 0
            : hf.Nested("compress_rates")?.IntegerOrNull(type)
                ?? throw hf.Wrong("layer_types", $"{Window} or one of compress_rates");

    private static int CountHashed(HfConfig hf, int layers)
    {
        if (hf.IntegerOrNull("num_hash_layers") is { } count)
        {
            return count;
        }

        if (!hf.IsSet("mlp_layer_types"))
        {
            return Math.Min(3, layers);
        }

        IReadOnlyList<string> types = hf.Texts("mlp_layer_types");
        int hashed = types.TakeWhile(type => type == "hash_moe").Count();
        return types.Skip(hashed).All(type => type == "moe")
            ? hashed
            : throw hf.Wrong("mlp_layer_types", "\"hash_moe\" for the first layers and \"moe\" for the others");
    }

    // Megatron has a constant for it.
    private static void ConfigureExactly(ModelProvider provider, HfConfig hf)
    {
        double epsilon = hf.NumberOr("hc_eps", HyperEpsilon);
        if (!epsilon.Equals(HyperEpsilon))
        {
            throw new UnsupportedModelException(
                $"hc_eps is {epsilon}; Megatron, and so the forward pass, knows {HyperEpsilon} alone."
            );
        }

        provider.NormTopkProb = null; // transformers does not read it here

        // What a released config leaves out is 1, as Megatron has it; in the newer form it is what transformers takes for YaRN.
        if (hf.Nested($"{RopeConfig.Key}.compress") is { } compressed && compressed.TextOrNull("rope_type") == "yarn")
        {
            provider.YarnAttentionFactor = compressed.NumberOr(
                "attention_factor",
                compressed.IsSet("mscale") && compressed.IsSet("mscale_all_dim")
                    ? Growth("mscale") / Growth("mscale_all_dim")
                    : Growth(null)
            );
            double Growth(string? key) =>
                1 + (0.1 * (key is null ? 1 : compressed.Number(key)) * Math.Log(compressed.Number("factor")));
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        int layers = provider.NumLayers;
        double rotating = (double)provider.QkPosEmbHeadDim / provider.VHeadDim;
        JsonObject compressed = new()
        {
            ["partial_rotary_factor"] = rotating,
            ["rope_theta"] = provider["csa_compress_rotary_base"].ToJson(),
            ["rope_type"] = "default",
        };
        if (provider.RotaryScalingFactor is not 1.0)
        {
            compressed["rope_type"] = "yarn";
            compressed["attention_factor"] = 1.0; // transformers would let queries and keys grow
            compressed["factor"] = provider["rotary_scaling_factor"].ToJson();
            compressed["original_max_position_embeddings"] = provider["original_max_position_embeddings"].ToJson();
            WriteUnless(32.0, "beta_fast");
            WriteUnless(1.0, "beta_slow");
        }

        hf["partial_rotary_factor"] = rotating;
        hf[RopeConfig.Key] = new JsonObject
        {
            ["compress"] = compressed,
            ["main"] = new JsonObject
            {
                ["partial_rotary_factor"] = rotating,
                ["rope_theta"] = provider["rotary_base"].ToJson(),
                ["rope_type"] = "default",
            },
        };
        hf["n_shared_experts"] = ExpertLayers.CountShared(provider);
        hf["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        hf["layer_types"] = Words(layer =>
            provider.CompressRatio(layer) switch
            {
                0 => Window,
                4 => Chosen,
                _ => Heavy,
            }
        );
        hf["mlp_layer_types"] = Words(layer => provider.IsHashLayer(layer) ? "hash_moe" : "moe");

        JsonArray Words(Func<int, string> word) =>
            new([.. Enumerable.Range(0, layers).Select(layer => JsonValue.Create(word(layer)))]);

        void WriteUnless(double usual, string field)
        {
            if (provider[field] != usual)
            {
                compressed[field] = provider[field].ToJson();
            }
        }
    }
}
