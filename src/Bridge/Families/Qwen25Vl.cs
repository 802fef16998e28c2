using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen2.5-VL: Qwen2.5 behind a tower that is taken over as it is.</summary>
/// <remarks>Upstream gives every model the sections of rotary positions that the released ones have; here they are the config's.</remarks>
public static class Qwen25Vl
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen2_5_VLForConditionalGeneration",
        ModelType     = "qwen2_5_vl",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_vl.qwen25_vl_provider.Qwen25VLModelProvider",
            Bool("scatter_embedding_sequence_parallel", false),
            Choice("position_embedding_type", "mrope", "learned_absolute", "rope", "yarn", "mrope", "none"),
            IntList("mrope_section", 16, 24, 24),
            Any("vision_config"),
            Bool("return_dict", true),
            IntOrList("bos_token_id", 151643),
            IntOrList("eos_token_id", 151645),
            Int("vision_start_token_id", 151652),
            Int("vision_end_token_id", 151653),
            Int("vision_token_id", 151654),
            Int("image_token_id", 151655),
            Int("video_token_id", 151656),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false)
        ).MadeOf(
            CopiedModule.Part("visual.", "vision_config", Qwen25Vision.List),
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 151655, "tie_word_embeddings": false, "video_token_id": 151656,
              "vision_start_token_id": 151652, "vision_end_token_id": 151653,
              "text_config": {
                "attention_dropout": 0.0, "bos_token_id": 151643, "dtype": null, "eos_token_id": 151645, "hidden_act": "silu",
                "hidden_size": 8192, "initializer_range": 0.02, "intermediate_size": 29568, "layer_types": null,
                "max_position_embeddings": 32768, "max_window_layers": 80, "model_type": "qwen2_5_vl_text",
                "num_attention_heads": 64, "num_hidden_layers": 80, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
                "rope_parameters": null, "sliding_window": null, "use_cache": true, "use_sliding_window": false,
                "vocab_size": 152064
              },
              "vision_config": {
                "depth": 32, "dtype": null, "fullatt_block_indexes": [7, 15, 23, 31], "hidden_act": "silu", "hidden_size": 3584,
                "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 3420, "model_type": "qwen2_5_vl_vision",
                "num_heads": 16, "out_hidden_size": 3584, "patch_size": 14, "spatial_merge_size": 2,
                "temporal_patch_size": 2, "tokens_per_second": 4, "window_size": 112
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings",      "share_embeddings_and_output_weights"),
            ("text_config.bos_token_id", "bos_token_id"),
            ("text_config.eos_token_id", "eos_token_id"),
            ("vision_start_token_id",    "vision_start_token_id"),
            ("vision_end_token_id",      "vision_end_token_id"),
            ("image_token_id",           "image_token_id"),
            ("video_token_id",           "video_token_id"),
        ]),
        KeptConfigs   =
        [
            new("vision_config", "vision_config", "transformers.models.qwen2_5_vl.configuration_qwen2_5_vl.Qwen2_5_VLVisionConfig"),
        ],
        Configure     = Configure,
        ConfigureHf   = (hf, provider) => Qwen2.ConfigureHf(LanguageConfig.At(hf, "text_config"), provider),
        Parameters    = [new Same("visual.**", "visual.**"), .. Qwen2.Family.Parameters.Inside(model: "model.")],
        Ignored       = [.. Decoder.Ignored.Inside(model: "model.")],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Qwen2.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider["autocast_dtype"] = ConfigValue.Null;
    }
}
