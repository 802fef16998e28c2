using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Nemotron-H, Nemotron Nano 2 and 3, Nemotron 3 Super: Mamba-2, attention, MLP and expert layers in any order, none of them with rotary
/// positions; a squared ReLU without a gate; perhaps layers for multi-token prediction, which Hugging Face numbers through.
/// </summary>
/// <remarks>
/// Upstream leaves the padding rows of a vocabulary in the exported embedding of this family; here they are cut.
/// </remarks>
public static class NemotronH
{
    private static readonly (char Letter, string Word)[] Kinds =
    [
        (HybridPattern.Mamba, "mamba"),
        (HybridPattern.Attention, "attention"),
        (HybridPattern.Mlp, "mlp"),
        (HybridPattern.Experts, "moe"),
    ];

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layers =
    [
        // M
        new Same("decoder.layers.*.mixer.in_proj.layer_norm_weight",             "backbone.layers.*.norm.weight"),
        new Same("decoder.layers.*.mixer.in_proj.weight",                        "backbone.layers.*.mixer.in_proj.weight"),
        new Same("decoder.layers.*.mixer.in_proj.bias",                          "backbone.layers.*.mixer.in_proj.bias"),
        new Same("decoder.layers.*.mixer.conv1d.weight",                         "backbone.layers.*.mixer.conv1d.weight"),
        new Same("decoder.layers.*.mixer.conv1d.bias",                           "backbone.layers.*.mixer.conv1d.bias"),
        new Same("decoder.layers.*.mixer.dt_bias",                               "backbone.layers.*.mixer.dt_bias"),
        new Same("decoder.layers.*.mixer.A_log",                                 "backbone.layers.*.mixer.A_log"),
        new Same("decoder.layers.*.mixer.D",                                     "backbone.layers.*.mixer.D"),
        new Same("decoder.layers.*.mixer.norm.weight",                           "backbone.layers.*.mixer.norm.weight"),
        new Same("decoder.layers.*.mixer.out_proj.weight",                       "backbone.layers.*.mixer.out_proj.weight"),
        new Same("decoder.layers.*.mixer.out_proj.bias",                         "backbone.layers.*.mixer.out_proj.bias"),

        // *
        new Same("decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "backbone.layers.*.norm.weight"),
        new Qkv( "decoder.layers.*.self_attention.linear_qkv.weight",            "backbone.layers.*.mixer.{q,k,v}_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_proj.weight",           "backbone.layers.*.mixer.o_proj.weight"),

        // -
        new Same("decoder.layers.*.mlp.linear_fc1.layer_norm_weight",            "backbone.layers.*.norm.weight"),
        new Same("decoder.layers.*.mlp.linear_fc1.weight",                       "backbone.layers.*.mixer.up_proj.weight"),
        new Same("decoder.layers.*.mlp.linear_fc2.weight",                       "backbone.layers.*.mixer.down_proj.weight"),

        // E
        new Same("decoder.layers.*.pre_mlp_layernorm.weight",                    "backbone.layers.*.norm.weight"),
        new Same("decoder.layers.*.mlp.router.weight",                           "backbone.layers.*.mixer.gate.weight"),
        new Same("decoder.layers.*.mlp.router.expert_bias",                      "backbone.layers.*.mixer.gate.e_score_correction_bias"),
        new Same("decoder.layers.*.mlp.fc1_latent_proj.weight",                  "backbone.layers.*.mixer.fc1_latent_proj.weight"),
        new Same("decoder.layers.*.mlp.fc2_latent_proj.weight",                  "backbone.layers.*.mixer.fc2_latent_proj.weight"),
        new Same("decoder.layers.*.mlp.experts.linear_fc1.weight*",              "backbone.layers.*.mixer.experts.*.up_proj.weight"),
        new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*",              "backbone.layers.*.mixer.experts.*.down_proj.weight"),
        new Same("decoder.layers.*.mlp.shared_experts.linear_fc1.weight",        "backbone.layers.*.mixer.shared_experts.up_proj.weight"),
        new Same("decoder.layers.*.mlp.shared_experts.linear_fc2.weight",        "backbone.layers.*.mixer.shared_experts.down_proj.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "NemotronHForCausalLM",
        ModelType     = "nemotron_h",
        Schema        = ProviderSchema.Hybrid,
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "chunk_size": 128, "conv_kernel": 4, "dtype": null,
              "expand": 2, "head_dim": 128, "hidden_dropout": 0.0, "hidden_size": 4096, "initializer_range": 0.02,
              "intermediate_size": 21504, "layer_norm_epsilon": 1e-05, "layers_block_type": null, "mamba_head_dim": 64,
              "mamba_hidden_act": "silu", "mamba_num_heads": 128, "mamba_proj_bias": false,
              "mamba_ssm_cache_dtype": "float32", "max_position_embeddings": 4096, "mlp_bias": false,
              "mlp_hidden_act": "relu2", "moe_intermediate_size": 7688, "moe_latent_size": null,
              "moe_shared_expert_intermediate_size": 7688, "moe_shared_expert_overlap": true,
              "mtp_layers_block_type": ["attention", "moe"], "n_group": 1, "n_groups": 8, "n_routed_experts": 8,
              "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts_per_tok": 2,
              "num_key_value_heads": 8, "num_logits_to_keep": 1, "num_nextn_predict_layers": 0,
              "rescale_prenorm_residual": true, "residual_in_fp32": false, "routed_scaling_factor": 1.0,
              "sliding_window": null, "ssm_state_size": 128, "tie_word_embeddings": false, "time_step_floor": 0.0001,
              "time_step_limit": [0.0, { "__float__": "Infinity" }], "time_step_max": 0.1, "time_step_min": 0.001, "topk_group": 1,
              "use_bias": false, "use_cache": true, "use_conv_bias": true, "use_mamba_kernels": true,
              "vocab_size": 131072
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("mamba_head_dim",                      "mamba_head_dim"),
            ("mamba_num_heads",                     "mamba_num_heads"),
            ("chunk_size",                          "mamba_chunk_size"),
            ("n_groups",                            "mamba_num_groups"),
            ("ssm_state_size",                      "mamba_state_dim"),
            ("hybrid_override_pattern",             "hybrid_layer_pattern"),
            ("residual_in_fp32",                    "fp32_residual_connection"),
            ("use_bias",                            "add_bias_linear"),
            ("layer_norm_epsilon",                  "layernorm_epsilon"),
            ("moe_shared_expert_intermediate_size", "moe_shared_expert_intermediate_size"),
            ("moe_shared_expert_overlap",           "moe_shared_expert_overlap"),
            ("moe_latent_size",                     "moe_latent_size")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight", "backbone.embeddings.weight"),
            new Vocab("embedding.word_embeddings.weight", "backbone.embedding.weight"), // as transformers itself saves it
            new Vocab("output_layer.weight",              "lm_head.weight"),
            new Same( "decoder.final_norm.weight",        "backbone.norm_f.weight"),
            .. Layers,
            new Predicting(new Same("mtp.layers.*.enorm.weight",           "mtp.layers.*.enorm.weight")),
            new Predicting(new Same("mtp.layers.*.hnorm.weight",           "mtp.layers.*.hnorm.weight")),
            new Predicting(new Same("mtp.layers.*.eh_proj.weight",         "mtp.layers.*.eh_proj.weight")),
            new Predicting(new Same("mtp.layers.*.final_layernorm.weight", "mtp.layers.*.final_layernorm.weight"), isLast: true),
            .. Layers.Select(row => new Predicting(
                row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer.layers.*."), ("backbone.layers.*.", "mtp.layers.*."))
            )),
        ],
        Ignored       = [new("lm_head.weight", "the config ties the head to the embedding", EqualTo: "backbone.embeddings.weight")],
    };

    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        foreach ((string key, int only) in new[] { ("conv_kernel", 4), ("expand", 2) })
        {
            if (hf.IntegerOr(key, only) != only)
            {
                throw hf.Wrong(key, $"{only}, the only value that Megatron's mixer knows");
            }
        }

        provider.HybridLayerPattern ??= string.Concat(hf.Texts("layers_block_type").Select(word => Letter(hf, word)));
        provider.IsHybridModel = true;
        provider.PositionEmbeddingType = "none";
        provider.ActivationFunc = Targets.SquaredRelu;
        provider.AttentionSoftmaxInFp32 = false;
        provider["masked_softmax_fusion"] = true;
        provider["persist_layer_norm"] = true;
        provider["first_last_layers_bf16"] = true;
        if ((hf.IntegerOrNull("head_dim") ?? hf.IntegerOrNull("attention_head_dim")) is { } headSize)
        {
            provider.KvChannels = headSize;
        }

        provider.MoeAuxLossCoeff = 1e-4;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterLoadBalancingType = "seq_aux_loss";
        provider.MoeRouterDtype = "fp32";
        provider.MoeGroupedGemm = true;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;

        int depths = hf.IntegerOr("num_nextn_predict_layers", 0);
        provider.MtpNumLayers = depths;
        if (depths > 0)
        {
            provider.MtpHybridOverridePattern =
                hf.TextOrNull("mtp_hybrid_override_pattern")
                ?? string.Concat(hf.Texts("mtp_layers_block_type").Select(word => Letter(hf, word)));
            provider.MtpUseRepeatedLayer = hf.FlagOr("mtp_use_repeated_layer", true);
            provider["keep_mtp_spec_in_bf16"] = hf.FlagOr("keep_mtp_spec_in_bf16", true);
            provider["mtp_loss_scaling_factor"] = hf.NumberOr("mtp_loss_scaling_factor", 0.3);
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        HybridPattern pattern = HybridPattern.Of(provider);
        hf["layers_block_type"] = Words(pattern.Layers);
        hf["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        hf["n_group"] ??= 1;
        hf["topk_group"] ??= 1;
        if (pattern.Prediction.Length > 0)
        {
            hf["mtp_layers_block_type"] = Words(pattern.Prediction);
        }
    }

    private static char Letter(HfConfig hf, string word)
    {
        int index = Array.FindIndex(Kinds, kind => kind.Word == word);
        return index < 0
            ? throw hf.Wrong("layers_block_type", $"a list of {string.Join(", ", Kinds.Select(kind => kind.Word))}")
            : Kinds[index].Letter;
    }

    private static JsonArray Words(string letters) =>
        new([
            .. letters.Select(letter =>
                (JsonNode)(
                    Array.Find(Kinds, kind => kind.Letter == letter).Word
                    ?? throw new InvalidConfigException($"Nemotron-H has no layers of kind '{letter}'.")
                )
            ),
        ]);

    /// <summary>
    /// A row of the layers for multi-token prediction. Megatron numbers predictions and the layers of each; Hugging Face numbers all layers
    /// through, and puts what belongs to the prediction as a whole into its first or last layer.
    /// </summary>
    private sealed class Predicting(ParameterMapping row, bool isLast = false)
        : ParameterMapping(row.Megatron.Text, row.Hf[0].Text)
    {
        /// <inheritdoc/>
        public override string Kind => row.Kind;

        /// <inheritdoc/>
        public override bool IsFused => false;

        /// <inheritdoc/>
        public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
            row.ToMegatron(provider, hf);

        /// <inheritdoc/>
        public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
            row.ToHf(provider, megatron);

        /// <inheritdoc/>
        public override IReadOnlyList<string> HfNames(ReadOnlySpan<int> numbers, ModelProvider provider)
        {
            int layersOfEach = HybridPattern.Of(provider).Prediction.Length;
            bool isOfLayer = row.Megatron.Text.Contains(
                ".layers.*.mtp_model_layer.layers.*.",
                StringComparison.Ordinal
            );
            int inner =
                isOfLayer ? numbers[1]
                : isLast ? layersOfEach - 1
                : 0;
            int[] flat = [(numbers[0] * layersOfEach) + inner, .. numbers[(isOfLayer ? 2 : 1)..]];
            return [.. row.Hf.Select(name => name.Format(flat))];
        }
    }
}
