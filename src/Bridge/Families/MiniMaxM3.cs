using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// MiniMax-M3: dense layers first, then experts with routers in full precision, indexers that choose blocks of tokens in some layers, a
/// tower that is taken over as it is. The released checkpoints are without the layers for multi-token prediction that their configs tell
/// of.
/// </summary>
/// <remarks>
/// Megatron's own model looks at all tokens; the forward pass here applies the indexers, with the sizes of the config that the checkpoint keeps.
/// </remarks>
public static class MiniMaxM3
{
    private const string Sparse = "minimax_m3_sparse";

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Text =
    [
        .. Decoder.Ends,
        .. Decoder.Attention,
        .. Decoder.QkNorms,
        .. Decoder.GatedMlp,
        new Same( "decoder.layers.*.pre_mlp_layernorm.weight",             "model.layers.*.post_attention_layernorm.weight"),
        new Same( "decoder.layers.*.mlp.router.weight",                    "model.layers.*.block_sparse_moe.gate.weight"),
        new Same( "decoder.layers.*.mlp.router.expert_bias",               "model.layers.*.block_sparse_moe.e_score_correction_bias"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",       "model.layers.*.block_sparse_moe.experts.*.w{1,3}.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",       "model.layers.*.block_sparse_moe.experts.*.w2.weight"),
        new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.block_sparse_moe.shared_experts.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.block_sparse_moe.shared_experts.down_proj.weight"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "MiniMaxM3SparseForConditionalGeneration",
        ModelType     = "minimax_m3_vl",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.minimax_m3.minimax_m3_bridge.MiniMaxM3VLModelProvider",
            Bool("scatter_embedding_sequence_parallel", false),
            Any("vision_config"),
            Any("hf_config_dict", ConfigValue.MapOf()),
            Int("image_token_id", 200025),
            Int("video_token_id", 200026),
            Int("projector_hidden_size", 6144),
            Bool("multimodal_projector_bias", true),
            Int("spatial_merge_size", 2),
            Int("temporal_patch_size", 2),
            Any("lightning_indexer_layers", ConfigValue.ListOf()),
            Int("index_n_heads", 4),
            Int("index_head_dim", 128),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false)
        ).MadeOf(
            CopiedModule.Part("vision_tower.vision_model.", "vision_config", ClipVision3d.List),
            CopiedModule.Part("", "hf_config_dict", ListProjectors),
            LanguageModel.In("language_model."),
            LightningIndexers.AddTo
        ),
        ConfigMapping = ConfigMapping.Standard.Without("intermediate_size", "max_position_embeddings").With(
            ("intermediate_size",        "moe_ffn_hidden_size"),
            ("dense_intermediate_size",  "ffn_hidden_size"),
            ("shared_intermediate_size", "moe_shared_expert_intermediate_size"),
            ("swiglu_limit",             "activation_func_clamp_value"),
            ("index_n_heads",            "index_n_heads"),
            ("index_head_dim",           "index_head_dim")),
        OuterMapping  = ConfigMapping.Empty.With([
            ("image_token_index",     "image_token_id"),
            ("video_token_index",     "video_token_id"),
            ("projector_hidden_size", "projector_hidden_size"),
            ("tie_word_embeddings",   "share_embeddings_and_output_weights"),
        ]),
        HfDefaults    = """
            {
              "dtype": null, "image_token_index": 200025, "merged_hidden_size": null, "projector_hidden_size": 6144,
              "tie_word_embeddings": false, "video_token_index": 200026,
              "text_config": {
                "attention_dropout": 0.0, "dense_intermediate_size": 12288, "dtype": null, "head_dim": 128, "hidden_act": "silu",
                "hidden_size": 6144, "index_block_size": 128, "index_head_dim": 128, "index_local_blocks": 1, "index_n_heads": 4,
                "index_topk_blocks": 16, "initializer_range": 0.02, "intermediate_size": 3072, "layer_types": null,
                "max_position_embeddings": 524288, "mlp_layer_types": null, "model_type": "minimax_m3_vl_text",
                "num_attention_heads": 64, "num_experts_per_tok": 4, "num_hidden_layers": 60, "num_key_value_heads": 4,
                "num_local_experts": 128, "output_router_logits": false, "rms_norm_eps": 1e-06, "rotary_dim": 64,
                "routed_scaling_factor": 2.0, "router_aux_loss_coef": 0.001, "router_jitter_noise": 0.0,
                "shared_intermediate_size": 3072, "swiglu_alpha": 1.702, "swiglu_limit": 7.0, "tie_word_embeddings": false,
                "use_cache": true, "vocab_size": 200064
              },
              "vision_config": {
                "attention_dropout": 0.0, "dtype": null, "hidden_act": "gelu", "hidden_size": 1280, "image_size": 2016,
                "initializer_range": 0.02, "intermediate_size": 5120, "layer_norm_eps": 1e-05,
                "model_type": "minimax_m3_vl_vision", "num_attention_heads": 16, "num_channels": 3, "num_hidden_layers": 32,
                "patch_size": 14, "rope_parameters": { "rope_theta": 10000.0, "rope_type": "default" },
                "spatial_merge_size": 2, "temporal_patch_size": 2
              }
            }
            """,
        KeptConfigs   =
        [
            new("", "hf_config_dict", Class: null),
            new("vision_config", "vision_config", "transformers.models.minimax_m3_vl.configuration_minimax_m3_vl.MiniMaxM3VLVisionConfig"),
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = (provider, hf) => MiniMaxM2.ConfigureExactly(provider, hf.Nested("text_config")!),
        Parameters    =
        [
            new Same("vision_tower.**",          "vision_tower.**"),
            new Same("multi_modal_projector.**", "multi_modal_projector.**"),
            new Same("patch_merge_mlp.**",       "patch_merge_mlp.**"),
            .. Text.Inside(model: "language_model.model.", others: "language_model."),
            new Same("lightning_indexers.*.q_proj.weight", "language_model.model.layers.*.self_attn.index_q_proj.weight"),
            new Same("lightning_indexers.*.k_proj.weight", "language_model.model.layers.*.self_attn.index_k_proj.weight"),
            new Same("lightning_indexers.*.q_norm.weight", "language_model.model.layers.*.self_attn.index_q_norm.weight"),
            new Same("lightning_indexers.*.k_norm.weight", "language_model.model.layers.*.self_attn.index_k_norm.weight"),
        ],
        Ignored       = [.. Decoder.Ignored.Inside(model: "language_model.model.", others: "language_model.")],
    };

    private static void ListProjectors(CopiedModule model)
    {
        long width = model.Size("text_config.hidden_size");
        long inner = model.Size("projector_hidden_size");
        long merge = model.Size("vision_config.spatial_merge_size");
        bool hasBias = model.Config.FlagOr("multimodal_projector_bias", true);
        model.Linear("multi_modal_projector.linear_1", model.Size("vision_config.hidden_size"), inner, hasBias);
        model.Linear("multi_modal_projector.linear_2", inner, width, hasBias);
        model.Linear("patch_merge_mlp.linear_1", width * merge * merge, inner, hasBias);
        model.Linear("patch_merge_mlp.linear_2", inner, width, hasBias);
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        provider.TransformerLayerSpec = ConfigValue.MapOf(
            ("_args_", ConfigValue.ListOf()),
            ("_partial_", true),
            (Targets.Key, "megatron.bridge.models.minimax_m3.minimax_m3_bridge.minimax_m3_block_spec"),
            ("use_transformer_engine", true)
        );
        provider.Normalization = "RMSNorm";
        provider["layernorm_zero_centered_gamma"] = text.FlagOr("use_gemma_norm", true);
        provider.QkLayernorm = text.FlagOr("use_qk_norm", true);
        provider.PositionEmbeddingType = "rope";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.HiddenDropout = 0.0;
        provider.ActivationFunc = Targets.QuickGelu;
        provider["glu_linear_offset"] = 1.0;
        if (!text.IsSet("rope_theta") && !text.IsSet($"{RopeConfig.Key}.rope_theta"))
        {
            provider["rotary_base"] = 5000000.0;
        }

        provider.RotaryPercent = (double)text.Integer("rotary_dim") / provider.KvChannels;
        provider.MoeGroupedGemm = true;
        provider.MoeTokenDispatcherType = "flex";
        provider["moe_flex_dispatcher_backend"] = "hybridep";
        provider["moe_flex_dispatcher_num_sms"] = 16L;
        provider.MoePermuteFusion = true;
        provider.MoeRouterPreSoftmax = false;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MtpNumLayers = null;
        provider["persist_layer_norm"] = true;
        provider["bias_activation_fusion"] = false;
        provider["bias_dropout_fusion"] = true;
        provider.AutocastDtype = Storage.Tensors.DType.BF16;
        provider.SeqLength = 4096;
        provider["multimodal_projector_bias"] = hf.FlagOr("multimodal_projector_bias", true);
        if (provider["vision_config"] is ConfigValue.Map tower)
        {
            provider["vision_config"] = tower.Without("model_type"); // transformers takes it out
        }

        RopeConfig.Read(text).ApplyScaling(provider);
        ReadLayers(provider, text);
        ReadMerge(provider, hf);
    }

    private static void ReadLayers(ModelProvider provider, HfConfig text)
    {
        int shared = provider.MoeSharedExpertIntermediateSize ?? 0;
        int count = text.IntegerOr("n_shared_experts", shared > 0 ? 1 : 0) * shared;
        provider.MoeSharedExpertIntermediateSize = count > 0 ? count : null;

        provider.MoeLayerFreq = text.IsSet("moe_layer_freq")
            ? ConfigValue.ListOf(text.Integers("moe_layer_freq").Select(has => (ConfigValue)(has != 0 ? 1L : 0L)))
            : ConfigValue.ListOf(Enumerable.Repeat((ConfigValue)1L, provider.NumLayers));
        if (text.IsSet("mlp_layer_types"))
        {
            ExpertLayers.Read(text, provider);
        }

        HfConfig? indexing = text.Nested("sparse_attention_config");
        bool[] hasIndexer =
            text.IsSet("layer_types") ? [.. text.Texts("layer_types").Select(type => type == Sparse)]
            : indexing?.IsSet("sparse_attention_freq") == true
                ? [.. indexing.Integers("sparse_attention_freq").Select(has => has != 0)]
            : [];
        if (hasIndexer.Length > provider.NumLayers)
        {
            throw text.Wrong("layer_types", $"no more than {provider.NumLayers} layers");
        }

        provider["lightning_indexer_layers"] = ConfigValue.ListOf(
            Enumerable.Range(0, hasIndexer.Length).Where(layer => hasIndexer[layer]).Select(layer => (ConfigValue)layer)
        );
        if (indexing is not null)
        {
            provider["index_n_heads"] = indexing.IntegerOr("sparse_num_index_heads", provider.IndexNHeads);
            provider["index_head_dim"] = indexing.IntegerOr("sparse_index_dim", provider.IndexHeadDim);
        }
    }

    // Configs of the released checkpoints have the sizes of what becomes one token apart, too.
    private static void ReadMerge(ModelProvider provider, HfConfig hf)
    {
        foreach (string field in (string[])["spatial_merge_size", "temporal_patch_size"])
        {
            provider[field] = hf.Value($"vision_config.{field}");
            int? older = hf.Nested("img_token_compression_config")?.IntegerOrNull(field);
            if (older is not null && older != hf.IntegerOrNull($"vision_config.{field}"))
            {
                throw hf.Wrong($"img_token_compression_config.{field}", $"that of vision_config, {provider[field]}");
            }
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        long merge = provider["spatial_merge_size"].ToJson()!.GetValue<long>();
        hf["merged_hidden_size"] = provider.HiddenSize * merge * merge;
        if (provider["multimodal_projector_bias"] == false)
        {
            hf["multimodal_projector_bias"] = false;
        }

        text["hidden_act"] = "silu";
        text["rotary_dim"] = (int)Math.Round(provider.RotaryPercent * provider.KvChannels);
        text[RopeConfig.Key]!.AsObject().Remove("partial_rotary_factor");
        text["shared_intermediate_size"] = provider.MoeSharedExpertIntermediateSize ?? 0;
        ExpertLayers.Write(text, provider);
        int[] sparse = [.. provider.LightningIndexerLayers];
        text["layer_types"] = new JsonArray([
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer => JsonValue.Create(sparse.Contains(layer) ? Sparse : "full_attention")),
        ]);
    }
}
