using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>GLM-4.5V: the decoder of <see cref="Glm4Moe"/> behind a tower that is taken over as it is, without layers for multi-token prediction.</summary>
/// <remarks>Upstream gives every model the sections of rotary positions that the released ones have; here they are the config's.</remarks>
public static class Glm45v
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Glm4vMoeForConditionalGeneration",
        ModelType     = "glm4v_moe",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.glm_vl.glm_45v_provider.GLM45VModelProvider",
            Choice("position_embedding_type", "mrope", "learned_absolute", "rope", "yarn", "mrope", "none"),
            IntList("mrope_section", 8, 12, 12),
            IntOrNull("mtp_num_layers", 1),
            Bool("scatter_embedding_sequence_parallel", false),
            Any("vision_config"),
            Bool("return_dict", true),
            IntOrList("eos_token_id", 151329),
            Int("image_start_token_id", 151339),
            Int("image_end_token_id", 151340),
            Int("video_start_token_id", 151341),
            Int("video_end_token_id", 151342),
            Int("image_token_id", 151363),
            Int("video_token_id", 151364),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false)
        ).MadeOf(
            CopiedModule.Part("visual.", "vision_config", Glm4vVision.List),
            LanguageModel.In("language_model.")
        ),
        ConfigMapping = ConfigMapping.Standard.Without("n_group", "topk_group", "router_aux_loss_coef"),
        HfDefaults    = """
            {
              "dtype": null, "image_end_token_id": 151340, "image_start_token_id": 151339, "image_token_id": 151363,
              "tie_word_embeddings": false, "video_end_token_id": 151342, "video_start_token_id": 151341, "video_token_id": 151364,
              "text_config": {
                "attention_bias": true, "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 1, "head_dim": null,
                "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 10944,
                "max_position_embeddings": 65536, "model_type": "glm4v_moe_text", "moe_intermediate_size": 1408, "n_group": 1,
                "n_routed_experts": 128, "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 96,
                "num_experts_per_tok": 8, "num_hidden_layers": 46, "num_key_value_heads": 8, "partial_rotary_factor": 0.5,
                "rms_norm_eps": 1e-05, "rope_parameters": null, "routed_scaling_factor": 1.0, "router_aux_loss_coef": 0.0001,
                "tie_word_embeddings": false, "topk_group": 1, "use_cache": true, "use_qk_norm": false, "vocab_size": 151424
              },
              "vision_config": {
                "attention_bias": false, "attention_dropout": 0.0, "depth": 24, "dtype": null, "hidden_act": "silu",
                "hidden_size": 1536, "image_size": 336, "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 13696,
                "model_type": "glm4v_moe_vision", "num_heads": 12, "out_hidden_size": 4096, "patch_size": 14,
                "rms_norm_eps": 1e-05, "spatial_merge_size": 2, "temporal_patch_size": 2
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings",      "share_embeddings_and_output_weights"),
            ("text_config.eos_token_id", "eos_token_id"),
            ("image_start_token_id",     "image_start_token_id"),
            ("image_end_token_id",       "image_end_token_id"),
            ("video_start_token_id",     "video_start_token_id"),
            ("video_end_token_id",       "video_end_token_id"),
            ("image_token_id",           "image_token_id"),
            ("video_token_id",           "video_token_id"),
        ]),
        KeptConfigs   = [new("vision_config", "vision_config", "transformers.models.glm4v_moe.configuration_glm4v_moe.Glm4vMoeVisionConfig")],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    = [new Same("visual.**", "model.visual.**"), .. Glm4Moe.Family.Parameters.Inside()],
        Ignored       = [.. Decoder.Ignored.Inside()],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Glm4Moe.ConfigureShared(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider.MakeVocabSizeDivisibleBy = 128;
        provider.MtpNumLayers = 0;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        Glm4Moe.ConfigureHf(text, provider);
        text.Remove("num_nextn_predict_layers");
    }
}
