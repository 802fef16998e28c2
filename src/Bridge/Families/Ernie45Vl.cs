using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// ERNIE 4.5 VL: a tower and a resampler, both taken over as they are, before a decoder with two pools of experts: one for text, one for what
/// is seen.
/// </summary>
public static class Ernie45Vl
{
    private const string Classes = "transformers.models.ernie4_5_vl_moe.configuration_ernie4_5_vl_moe.";

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> TextExperts =
    [
        new Gated("decoder.layers.*.mlp.text_moe_layer.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.*.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.text_moe_layer.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.*.down_proj.weight"),
    ];

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Decoding =
    [
        .. Decoder.Ends,
        .. Decoder.Attention,
        .. Decoder.GatedMlp,
        new Same(         "decoder.layers.*.pre_mlp_layernorm.weight",                    "model.layers.*.post_attention_layernorm.weight"),
        new Transposed(   "decoder.layers.*.mlp.text_moe_layer.router.weight",            "model.layers.*.mlp.gate.weight"),
        new ErniePoolBias("decoder.layers.*.mlp.text_moe_layer.router.expert_bias",       "model.layers.*.mlp.moe_statics.e_score_correction_bias", 0),
        .. TextExperts,
        new Transposed(   "decoder.layers.*.mlp.vision_moe_layer.router.weight",          "model.layers.*.mlp.gate.weight_1"),
        new ErniePoolBias("decoder.layers.*.mlp.vision_moe_layer.router.expert_bias",     "model.layers.*.mlp.moe_statics.e_score_correction_bias", 1),
        .. TextExperts.Select(text => new ErnieVisionExpert(text)),
        .. Decoder.SharedExperts,
    ];

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Behind =
    [
        new Same("resampler_model.spatial_linear.fc1.**",  "model.resampler_model.spatial_linear.0.**"),
        new Same("resampler_model.spatial_linear.fc2.**",  "model.resampler_model.spatial_linear.2.**"),
        new Same("resampler_model.spatial_linear.ln.**",   "model.resampler_model.spatial_linear.3.**"),
        new Same("resampler_model.temporal_linear.fc1.**", "model.resampler_model.temporal_linear.0.**"),
        new Same("resampler_model.temporal_linear.fc2.**", "model.resampler_model.temporal_linear.2.**"),
        new Same("resampler_model.temporal_linear.ln.**",  "model.resampler_model.temporal_linear.3.**"),
        new Same("resampler_model.mlp.**",                 "model.resampler_model.mlp.**"),
        new Same("resampler_model.after_norm.**",          "model.resampler_model.after_norm.**"),
        .. Decoding.Inside(model: "model."),
    ];

    // csharpier-ignore
    /// <summary>
    /// ERNIE 4.5 VL with the config of transformers: a tower and a resampler, both taken over as they are, before a decoder with two
    /// pools of experts: one for text, one for what is seen.
    /// </summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Ernie4_5_VLMoeForConditionalGeneration",
        ModelType     = "ernie4_5_vl_moe",
        AppliesTo     = hf => hf.IsSet("text_config"),
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.ernie_vl.ernie45_vl_provider.Ernie45VLModelProvider",
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.ernie_vl.modeling_ernie45_vl.ernie_decoder_layer_spec.get_ernie45_vl_decoder_block_spec")),
            Bool("scatter_embedding_sequence_parallel", false),
            Choice("position_embedding_type", "mrope", "learned_absolute", "rope", "yarn", "mrope", "none"),
            IntList("mrope_section", 22, 22, 20),
            Any("vision_config"),
            Any("hf_config"),
            IntList("moe_intermediate_size", 1536, 512),
            Int("image_start_token_id", 101304),
            Int("image_end_token_id", 101305),
            Int("image_token_id", 100295),
            Int("video_start_token_id", 101306),
            Int("video_end_token_id", 101307),
            Int("video_token_id", 103367),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false),
            Bool("use_mg_vit", false)
        ).MadeOf(
            CopiedModule.Part("vision_tower.", "vision_config", ErnieVision.List),
            CopiedModule.Part("resampler_model.", "hf_config", ErnieVision.ListResampler),
            LanguageModel.In("language_model.")
        ),
        ConfigMapping = ConfigMapping.Standard.Without("moe_intermediate_size").With(
            ("moe_intermediate_size", "moe_intermediate_size"),
            ("moe_num_experts",       "num_moe_experts"),
            ("moe_k",                 "moe_router_topk")),
        HfDefaults    = """
            {
              "dtype": null, "image_end_token_id": 101305, "image_start_token_id": 101304, "image_token_id": 100295,
              "tie_word_embeddings": true, "video_end_token_id": 101307, "video_start_token_id": 101306, "video_token_id": 103367,
              "text_config": {
                "dtype": null, "hidden_act": "silu", "hidden_size": 2560, "initializer_range": 0.02, "intermediate_size": 12288,
                "max_position_embeddings": 131072, "mlp_layer_types": null, "model_type": "ernie4_5_vl_moe_text",
                "moe_intermediate_size": [1536, 512], "moe_k": 6, "moe_norm_min": 1e-12, "moe_num_experts": 64,
                "moe_num_shared_experts": 2, "num_attention_heads": 20, "num_hidden_layers": 28, "num_key_value_heads": 4,
                "output_router_logits": false, "rms_norm_eps": 1e-05, "rope_parameters": null, "router_aux_loss_coef": 0.001,
                "tie_word_embeddings": true, "use_bias": false, "use_cache": true, "vocab_size": 103424
              },
              "vision_config": {
                "depth": 32, "dtype": null, "hidden_act": "quick_gelu", "hidden_size": 1280, "in_channels": 3,
                "initializer_range": 0.02, "intermediate_size": 5120, "model_type": "ernie4_5_vl_moe_vision", "num_heads": 16,
                "patch_size": 14, "rms_norm_eps": 1e-06, "spatial_merge_size": 2, "temporal_merge_size": 2
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings",  "share_embeddings_and_output_weights"),
            ("image_start_token_id", "image_start_token_id"),
            ("image_end_token_id",   "image_end_token_id"),
            ("image_token_id",       "image_token_id"),
            ("video_start_token_id", "video_start_token_id"),
            ("video_end_token_id",   "video_end_token_id"),
            ("video_token_id",       "video_token_id"),
        ]),
        KeptConfigs   =
        [
            new("", "hf_config", Classes + "Ernie4_5_VLMoeConfig"),
            new("vision_config", "vision_config", Classes + "Ernie4_5_VLMoeVisionConfig"),
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = Ernie45Moe.UseSoftmax,
        Parameters    = [new Same("vision_tower.**", "model.vision_model.**"), .. Behind],
        Ignored       = [.. Decoder.Ignored.Inside(model: "model.")],
    };

    // csharpier-ignore
    /// <summary>
    /// ERNIE 4.5 VL as it was released, with the config of the code that came with the weights: one object, in which a number of experts
    /// stands for each pool. No released file was at hand to check it with.
    /// </summary>
    public static Family Released { get; } = Family with
    {
        ModelType     = "ernie4_5_moe_vl",
        AppliesTo     = hf => !hf.IsSet("text_config"),
        TextConfig    = null,
        ConfigMapping = Family.ConfigMapping.Without("moe_num_experts"),
        OuterMapping  = ConfigMapping.Of(("im_patch_id", "image_token_id")),
        HfDefaults    = """
            {
              "dtype": null, "hidden_act": "silu", "hidden_size": 2560, "im_patch_id": 100295, "initializer_range": 0.02,
              "intermediate_size": 12288, "max_position_embeddings": 131072, "moe_intermediate_size": [1536, 512], "moe_k": 6,
              "moe_layer_end_index": [29, 28], "moe_layer_interval": 1, "moe_layer_start_index": [1, 1], "moe_num_experts": [64, 64],
              "moe_num_shared_experts": 2, "num_attention_heads": 20, "num_hidden_layers": 28, "num_key_value_heads": 4,
              "pixel_hidden_size": 1280, "rms_norm_eps": 1e-05, "rope_parameters": null, "spatial_conv_size": 2, "temporal_conv_size": 2,
              "tie_word_embeddings": true, "use_bias": false, "use_cache": true, "vocab_size": 103424,
              "vision_config": {
                "depth": 32, "dtype": null, "embed_dim": 1280, "hidden_act": "quick_gelu", "hidden_size": 1280, "in_channels": 3,
                "mlp_ratio": 4, "model_type": "DFNRope_vision_transformer", "num_heads": 16, "patch_size": 14, "spatial_merge_size": 2
              }
            }
            """,
        KeptConfigs   = [new("", "hf_config", Class: null), new("vision_config", "vision_config", Class: null)],
        Configure     = ConfigureReleased,
        ConfigureHf   = ConfigureReleasedHf,
        Parameters    = [new Same("vision_tower.**", "vision_model.**"), .. Behind],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        ConfigurePools(provider, text);
        if (text.IsSet("mlp_layer_types"))
        {
            ExpertLayers.Read(text, provider);
        }
        else
        {
            HaveExpertsFrom(1, provider);
        }
    }

    private static void ConfigureReleased(ModelProvider provider, HfConfig hf)
    {
        IReadOnlyList<int> pools = hf.Integers("moe_num_experts");
        IReadOnlyList<int> starts = hf.Integers("moe_layer_start_index");
        IReadOnlyList<int> ends = hf.Integers("moe_layer_end_index");
        if (pools.Count != 2 || pools[0] != pools[1])
        {
            throw hf.Wrong("moe_num_experts", "two equal numbers: the experts for text and for what is seen");
        }

        // The published ends lie at or behind the last layer.
        bool isWhole = starts.Count == 2 && starts[0] == starts[1] && ends.All(end => end >= provider.NumLayers - 1);
        if (!isWhole || hf.Integer("moe_layer_interval") != 1 || starts[0] < 0)
        {
            throw hf.Wrong(
                "moe_layer_start_index",
                "that all layers from the same one on have both pools (moe_layer_end_index, moe_layer_interval)"
            );
        }

        provider.NumMoeExperts = pools[0];
        ConfigurePools(provider, hf);
        HaveExpertsFrom(starts[0], provider);
    }

    private static void ConfigurePools(ModelProvider provider, HfConfig text)
    {
        IReadOnlyList<int> widths = text.Integers("moe_intermediate_size");
        if (widths.Count != 2)
        {
            throw text.Wrong(
                "moe_intermediate_size",
                "two whole numbers: the width of experts for text and for what is seen"
            );
        }

        Ernie45Moe.ConfigureShared(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider["gradient_accumulation_fusion"] = false;
        provider.MoeFfnHiddenSize = widths[0];
        ExpertLayers.SetShared(provider, text.Integer("moe_num_shared_experts"));
    }

    private static void HaveExpertsFrom(int first, ModelProvider provider) =>
        provider.MoeLayerFreq = ConfigValue.ListOf(
            Enumerable.Range(0, provider.NumLayers).Select(layer => (ConfigValue)(layer < first ? 0L : 1L))
        );

    private static void ConfigureReleasedHf(JsonObject hf, ModelProvider provider)
    {
        int first = Enumerable.Range(0, provider.NumLayers).FirstOrDefault(provider.IsMoeLayer, provider.NumLayers);
        hf["moe_num_shared_experts"] = ExpertLayers.CountShared(provider);
        hf["moe_num_experts"] = new JsonArray(provider.NumMoeExperts, provider.NumMoeExperts);
        hf["moe_layer_start_index"] = new JsonArray(first, first);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        text["moe_num_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(text, provider);
    }
}
