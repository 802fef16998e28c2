using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3-ASR: Qwen3 behind the ears of Qwen3-Omni, which are taken over as they are.</summary>
public static class Qwen3Asr
{
    private const string ThinkerClass =
        "megatron.bridge.models.qwen3_asr.hf_qwen3_asr.configuration_qwen3_asr.Qwen3ASRThinkerConfig";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3ASRForConditionalGeneration",
        ModelType     = "qwen3_asr",
        TextConfig    = "thinker_config.text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen3_asr.qwen3_asr_provider.Qwen3ASRModelProvider",
            [
                .. Thinker.Fields, .. Thinker.DenseFields, Bool("qk_layernorm", true), IntList("mrope_section", 24, 20, 20),
                Float("rotary_base", 5000000.0),
            ]
        ).MadeOf(
            CopiedModule.Part("thinker.audio_model.", "thinker_config.audio_config", WhisperEncoder.ListOmni3),
            LanguageModel.In("thinker.language_model.")
        ),
        HfDefaults    = """
            {
              "dtype": null, "support_languages": null,
              "thinker_config": {
                "audio_start_token_id": 151647, "audio_token_id": 151646, "dtype": null, "initializer_range": 0.02,
                "model_type": "qwen3_asr_thinker", "user_token_id": 872,
                "audio_config": {
                  "activation_dropout": 0, "activation_function": "gelu", "attention_dropout": 0, "conv_chunksize": 500,
                  "d_model": 1280, "downsample_hidden_size": 480, "dropout": 0, "dtype": null, "encoder_attention_heads": 20,
                  "encoder_ffn_dim": 5120, "encoder_layers": 32, "initializer_range": 0.02, "max_source_positions": 1500,
                  "model_type": "qwen3_asr_audio_encoder", "n_window": 100, "n_window_infer": 400, "num_mel_bins": 128,
                  "output_dim": 3584, "scale_embedding": false
                },
                "text_config": {
                  "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu",
                  "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 22016,
                  "max_position_embeddings": 128000, "model_type": "qwen3_asr_text", "num_attention_heads": 32,
                  "num_hidden_layers": 32, "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "rope_parameters": null,
                  "tie_word_embeddings": false, "use_cache": true, "vocab_size": 151936
                }
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("thinker_config.audio_token_id",       "audio_token_id"),
            ("thinker_config.audio_start_token_id", "audio_start_token_id"),
        ]),
        KeptConfigs   = [new("thinker_config", "thinker_config", ThinkerClass) { IsPlain = true }],
        Configure     = Configure,
        ConfigureHf   = (_, _) => { },
        Parameters    =
        [
            new Same("thinker.audio_model.**", "thinker.audio_tower.**"),
            .. Thinker.Inside([.. Qwen3.Family.Parameters, .. Decoder.QkvBias]),
        ],
        Ignored       = Thinker.Ignored(),
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("thinker_config.text_config")!;
        Qwen3.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider["autocast_dtype"] = ConfigValue.Null;
    }
}
