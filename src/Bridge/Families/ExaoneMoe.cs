using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// K-EXAONE: Qwen3's attention with a sliding window in most layers and no rotary embedding in the others, dense layers first,
/// then experts beside shared ones. The layers for multi-token prediction are dense and stand under <c>mtp.</c>
/// </summary>
public static class ExaoneMoe
{
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture       = "ExaoneMoeForCausalLM",
        OtherArchitectures = ["ExaoneMoEForCausalLM"],
        ModelType          = "exaone_moe",
        Schema             = Schema,
        HfDefaults         = """
            {
              "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 1, "head_dim": null, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "layer_types": null,
              "max_position_embeddings": 2048, "mlp_layer_types": null, "moe_intermediate_size": 1024, "n_group": 1,
              "norm_topk_prob": true, "num_attention_heads": null, "num_experts": 64, "num_experts_per_tok": 8,
              "num_hidden_layers": null, "num_key_value_heads": 32, "num_shared_experts": 1, "rms_norm_eps": 1e-05,
              "routed_scaling_factor": 2.5, "sliding_window": 4096, "sliding_window_pattern": 4, "tie_word_embeddings": false,
              "topk_group": 1, "use_cache": true, "vocab_size": null
            }
            """,
        Configure          = Configure,
        ConfigureHf        = ConfigureHf,
        Parameters         =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkNorms,
            .. Decoder.GatedMlp,
            .. Decoder.Experts,
            new Same("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.e_score_correction_bias"),
            .. Decoder.SharedExperts,

            new Same("mtp.layers.0.enorm.weight",           "mtp.pre_fc_norm_embedding.weight"),
            new Same("mtp.layers.0.hnorm.weight",           "mtp.pre_fc_norm_hidden.weight"),
            new Same("mtp.layers.0.eh_proj.weight",         "mtp.fc.weight"),
            .. new[] { Decoder.Attention, Decoder.QkNorms, Decoder.GatedMlp }.SelectMany(rows => rows).Select(row =>
                row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."), ("model.layers.*.", "mtp.layers.*."))),
            new Same("mtp.layers.0.final_layernorm.weight", "mtp.norm.weight"),
        ],
        Ignored            = Decoder.Ignored,
    };

    private static ProviderSchema Schema =>
        ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.exaone.exaone_moe.exaone_moe_provider.ExaoneMoeModelProvider",
            Label(
                "transformer_layer_spec",
                Targets.Function(
                    "megatron.bridge.models.exaone.exaone_moe.exaone_moe_provider.build_exaone_moe_layer_spec"
                )
            ),
            Text("normalization", "RMSNorm"),
            Label("activation_func", Targets.Silu),
            Bool("gated_linear_unit", true),
            Text("position_embedding_type", "rope"),
            Bool("add_bias_linear", false),
            Int("seq_length", 4096),
            Float("rotary_base", 1000000.0),
            FloatOrNull("rope_scaling_factor", 8.0),
            IntOrNull("kv_channels", 128),
            FloatOrNull("mtp_loss_scaling_factor"),
            TextListOrNull("layer_types"),
            IntList("sliding_windows"),
            TextListOrNull("mtp_layer_types"),
            IntList("mtp_sliding_windows"),
            Any("swiglu_limits"),
            Float("attention_dropout", 0.0),
            Float("hidden_dropout", 0.0),
            Bool("qk_layernorm", true),
            Bool("moe_grouped_gemm", true),
            Bool("moe_router_pre_softmax", true),
            Text("moe_token_dispatcher_type", "alltoall"),
            TextOrList("moe_router_load_balancing_type", "global_aux_loss"),
            Bool("moe_shared_expert_overlap", true),
            ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"),
            FloatOrList("moe_aux_loss_coeff", 1e-2),
            FloatOrNull("moe_z_loss_coeff", 1e-3),
            Bool("moe_permute_fusion", true),
            TextOrNull("fp8_recipe", "tensorwise"),
            Bool("fp8_param_gather", false),
            Float("init_method_std", 0.006),
            Float("layernorm_epsilon", 1e-5),
            DType("params_dtype", "bfloat16"),
            Bool("async_tensor_model_parallel_allreduce", true),
            Bool("attention_softmax_in_fp32", true),
            Bool("persist_layer_norm", true),
            Bool("masked_softmax_fusion", false),
            Bool("gradient_accumulation_fusion", false),
            FloatOrNull("moe_router_topk_scaling_factor", 2.5),
            Text("moe_router_score_function", "sigmoid"),
            Bool("moe_router_enable_expert_bias", true)
        );

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider["rope_scaling_factor"] = ConfigValue.Null;
        RopeConfig.Read(hf).ApplyScaling(provider);
        ExpertLayers.Read(hf, provider);
        ExpertLayers.SetShared(provider, hf.IntegerOr("num_shared_experts", 1));
        ReadWindows(provider, hf);
        ReadPrediction(provider, hf);
        if (hf.IsSet("swiglu_limits"))
        {
            provider["swiglu_limits"] = hf.Value("swiglu_limits");
        }

        if (hf.TextOrNull("topk_method") == "noaux_tc")
        {
            provider.MoeRouterLoadBalancingType = "none";
            provider.MoeAuxLossCoeff = 0.0;
        }
    }

    private static void ReadWindows(ModelProvider provider, HfConfig hf)
    {
        int window = hf.IntegerOr("sliding_window", 0);
        IReadOnlyList<string> types = hf.Texts("layer_types");
        if (types.Count != provider.NumLayers || types.Any(type => type is not (Sliding or Full)))
        {
            throw hf.Wrong("layer_types", $"a list of {provider.NumLayers} words, each \"{Sliding}\" or \"{Full}\"");
        }

        provider["layer_types"] = ConfigValue.ListOf(types.Select(type => (ConfigValue)type));
        provider["sliding_windows"] = hf.IsSet("sliding_windows")
            ? hf.Value("sliding_windows")
            : ConfigValue.ListOf(types.Select(type => (ConfigValue)(type == Sliding ? window : 0)));
        provider.NoRopeFreq = ConfigValue.ListOf(types.Select(type => (ConfigValue)(type == Sliding ? 0L : 1L)));
        provider.WindowAttnSkipFreq = ConfigValue.ListOf(
            types.Select(type => (ConfigValue)(type == Sliding ? 1L : 0L))
        );
        provider.Window = types.Contains(Sliding) ? window : null;
    }

    private static void ReadPrediction(ModelProvider provider, HfConfig hf)
    {
        int layers = hf.IntegerOr("num_nextn_predict_layers", 0);

        // The norms and the projection have no number in Hugging Face: there is one physical layer.
        if (layers is not (0 or 1))
        {
            throw hf.Wrong("num_nextn_predict_layers", "0 or 1");
        }

        int steps = hf.IntegerOr("mtp_num_speculative_steps", layers);
        provider.MtpUseRepeatedLayer = hf.FlagOr("mtp_share_layers", false) || steps > layers;
        int depth = provider.MtpUseRepeatedLayer ? steps : layers;
        provider.MtpNumLayers = depth > 0 ? depth : null;
        provider["mtp_loss_scaling_factor"] = hf.NumberOr("mtp_loss_scaling_factor", 0.1);
        provider["mtp_layer_types"] = hf.IsSet("mtp_layer_types")
            ? hf.Value("mtp_layer_types")
            : ConfigValue.ListOf(Enumerable.Repeat((ConfigValue)Full, layers));
        provider["mtp_sliding_windows"] = hf.IsSet("mtp_sliding_windows")
            ? hf.Value("mtp_sliding_windows")
            : ConfigValue.ListOf(Enumerable.Repeat((ConfigValue)0L, layers));
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["layer_types"] = provider["layer_types"].ToJson();
        hf["num_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(hf, provider);
        hf["sliding_window"] = provider.Window ?? 0;
        if (provider.MtpNumLayers is { } steps)
        {
            hf["num_nextn_predict_layers"] = provider.MtpUseRepeatedLayer ? 1 : steps;
        }
    }
}
