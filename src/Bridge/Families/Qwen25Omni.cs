using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen2.5-Omni: Qwen2.5 behind two towers that are taken over as they are. Only what thinks is converted.</summary>
/// <remarks>Upstream gives every model the rotary base of the released ones; here it is the config's.</remarks>
public static class Qwen25Omni
{
    private const string Classes = "transformers.models.qwen2_5_omni.configuration_qwen2_5_omni.";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture       = "Qwen2_5OmniForConditionalGeneration",
        OtherArchitectures = ["Qwen2_5OmniModel"],
        ModelType          = "qwen2_5_omni",
        TextConfig         = "thinker_config.text_config",
        Schema             = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_omni.qwen25_omni_provider.Qwen25OmniModelProvider",
            [
                .. Thinker.Fields, .. Thinker.SeeingFields, .. Thinker.DenseFields, Any("token2wav_config"),
                Text("pretrained_model_name", "Qwen/Qwen2.5-Omni-7B"), Int("head_dim", 128), Bool("add_qkv_bias", true),
                Bool("qk_layernorm", false), IntList("mrope_section", 16, 24, 24), Float("rotary_base", 1000000),
                Int("patch_size", 14),
            ]
        ).MadeOf(
            CopiedModule.Part("thinker.visual.", "thinker_config.vision_config", Qwen25Vision.ListApart),
            CopiedModule.Part("thinker.audio_model.", "thinker_config.audio_config", WhisperEncoder.ListOmni25),
            LanguageModel.In("thinker.language_model.")
        ),
        HfDefaults         = """
            {
              "dtype": null, "enable_audio_output": true,
              "thinker_config": {
                "audio_end_token_id": 151648, "audio_start_token_id": 151647, "audio_token_index": 151646, "dtype": null,
                "image_token_index": 151655, "initializer_range": 0.02, "model_type": "qwen2_5_omni_thinker",
                "position_id_per_seconds": 25, "seconds_per_chunk": 2, "tie_word_embeddings": false, "user_token_id": 872,
                "video_token_index": 151656,
                "audio_config": {
                  "activation_dropout": 0.0, "activation_function": "gelu", "attention_dropout": 0.0, "d_model": 1280,
                  "dropout": 0.0, "dtype": null, "encoder_attention_heads": 20, "encoder_ffn_dim": 5120,
                  "encoder_layers": 32, "initializer_range": 0.02, "max_source_positions": 1500,
                  "model_type": "qwen2_5_omni_audio_encoder", "n_window": 100, "num_mel_bins": 128, "output_dim": 3584,
                  "scale_embedding": false
                },
                "text_config": {
                  "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 3584, "initializer_range": 0.02,
                  "intermediate_size": 18944, "layer_types": null, "max_position_embeddings": 32768,
                  "max_window_layers": 28, "model_type": "qwen2_5_omni_text", "num_attention_heads": 28,
                  "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_parameters": null,
                  "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false,
                  "vocab_size": 152064
                },
                "vision_config": {
                  "depth": 32, "dtype": null, "fullatt_block_indexes": [7, 15, 23, 31], "hidden_act": "silu",
                  "hidden_size": 3584, "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 3420,
                  "model_type": "qwen2_5_omni_vision_encoder", "num_heads": 16, "out_hidden_size": 3584, "patch_size": 14,
                  "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112
                }
              }
            }
            """,
        OuterMapping       = ConfigMapping.Empty.With([
            ("thinker_config.tie_word_embeddings",     "share_embeddings_and_output_weights"),
            ("thinker_config.audio_token_index",       "audio_token_id"),
            ("thinker_config.image_token_index",       "image_token_id"),
            ("thinker_config.video_token_index",       "video_token_id"),
            ("thinker_config.audio_start_token_id",    "audio_start_token_id"),
            ("thinker_config.audio_end_token_id",      "audio_end_token_id"),
            ("thinker_config.position_id_per_seconds", "position_id_per_seconds"),
            ("thinker_config.seconds_per_chunk",       "seconds_per_chunk"),
        ]),
        KeptConfigs        =
        [
            new("thinker_config", "thinker_config", Classes + "Qwen2_5OmniThinkerConfig"),
            new("talker_config", "talker_config", Classes + "Qwen2_5OmniTalkerConfig") { IsOptional = true },
            new("token2wav_config", "token2wav_config", Classes + "Qwen2_5OmniToken2WavConfig") { IsOptional = true },
        ],
        Configure          = Configure,
        ConfigureHf        = ConfigureHf,
        Parameters         =
        [
            new Same("thinker.visual.**", "thinker.visual.**"),
            new Same("thinker.audio_model.**", "thinker.audio_tower.**"),
            .. Thinker.Inside(Qwen2.Family.Parameters),
        ],
        Ignored            = Thinker.Ignored("talker.", "token2wav."),
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("thinker_config.text_config")!;
        Qwen2.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        Thinker.Take(provider, hf.Nested("thinker_config")!, "vision_start_token_id");
        provider["head_dim"] = provider.KvChannels;
        provider["autocast_dtype"] = ConfigValue.Null;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Qwen2.ConfigureHf(LanguageConfig.At(hf, "thinker_config.text_config"), provider);
        hf["enable_audio_output"] = false; // from Megatron alone there is nothing that speaks
    }
}
