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
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Ernie4_5_VLMoeForConditionalGeneration",
        ModelType     = "ernie4_5_vl_moe",
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
        Parameters    =
        [
            new Same("vision_tower.**",                        "model.vision_model.**"),
            new Same("resampler_model.spatial_linear.fc1.**",  "model.resampler_model.spatial_linear.0.**"),
            new Same("resampler_model.spatial_linear.fc2.**",  "model.resampler_model.spatial_linear.2.**"),
            new Same("resampler_model.spatial_linear.ln.**",   "model.resampler_model.spatial_linear.3.**"),
            new Same("resampler_model.temporal_linear.fc1.**", "model.resampler_model.temporal_linear.0.**"),
            new Same("resampler_model.temporal_linear.fc2.**", "model.resampler_model.temporal_linear.2.**"),
            new Same("resampler_model.temporal_linear.ln.**",  "model.resampler_model.temporal_linear.3.**"),
            new Same("resampler_model.mlp.**",                 "model.resampler_model.mlp.**"),
            new Same("resampler_model.after_norm.**",          "model.resampler_model.after_norm.**"),
            .. Decoding.Inside(model: "model."),
        ],
        Ignored       = [.. Decoder.Ignored.Inside(model: "model.")],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
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
        if (text.IsSet("mlp_layer_types"))
        {
            ExpertLayers.Read(text, provider);
        }
        else
        {
            provider.MoeLayerFreq = ConfigValue.ListOf(
                Enumerable.Range(0, provider.NumLayers).Select(layer => (ConfigValue)(layer == 0 ? 0L : 1L))
            );
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        text["moe_num_shared_experts"] = ExpertLayers.CountShared(provider);
        ExpertLayers.Write(text, provider);
    }
}
