using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen2-Audio: Qwen2 behind Whisper's encoder and a projection, both taken over as they are.</summary>
public static class Qwen2Audio
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen2AudioForConditionalGeneration",
        ModelType     = "qwen2_audio",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_audio.qwen2_audio_provider.Qwen2AudioModelProvider",
            Bool("scatter_embedding_sequence_parallel", false),
            Choice("position_embedding_type", "rope", "learned_absolute", "rope", "yarn", "mrope", "none"),
            Any("hf_config"),
            Int("audio_token_id", 151646),
            IntOrList("bos_token_id", 151643),
            IntOrList("eos_token_id", 151645),
            Int("pad_token_id", 151643),
            Bool("freeze_language_model", false),
            Bool("freeze_audio_model", false),
            Bool("freeze_audio_projection", false),
            Bool("gradient_accumulation_fusion", false)
        ).MadeOf(
            CopiedModule.Part("audio_tower.", "hf_config.audio_config", WhisperEncoder.List),
            CopiedModule.Part("multi_modal_projector.", "hf_config", ListProjector),
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = """
            {
              "audio_token_index": 151646, "dtype": null,
              "audio_config": {
                "activation_dropout": 0.0, "activation_function": "gelu", "attention_dropout": 0.0, "d_model": 1280, "dropout": 0.0,
                "dtype": null, "encoder_attention_heads": 20, "encoder_ffn_dim": 5120, "encoder_layerdrop": 0.0,
                "encoder_layers": 32, "initializer_range": 0.02, "max_source_positions": 1500,
                "model_type": "qwen2_audio_encoder", "num_mel_bins": 128, "scale_embedding": false
              },
              "text_config": {
                "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
                "intermediate_size": 22016, "layer_types": null, "max_position_embeddings": 32768, "max_window_layers": 28,
                "model_type": "qwen2", "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32,
                "rms_norm_eps": 1e-06, "rope_parameters": null, "sliding_window": null, "tie_word_embeddings": false,
                "use_cache": true, "use_sliding_window": false, "vocab_size": 151936
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([("audio_token_index", "audio_token_id")]),
        KeptConfigs   = [new("", "hf_config", "transformers.models.qwen2_audio.configuration_qwen2_audio.Qwen2AudioConfig")],
        Configure     = (provider, hf) =>
        {
            Qwen2.Configure(provider, hf.Nested("text_config")!);
            provider["autocast_dtype"] = ConfigValue.Null;
        },
        ConfigureHf   = (hf, provider) => Qwen2.ConfigureHf(LanguageConfig.At(hf, "text_config"), provider),
        Parameters    =
        [
            new Same("audio_tower.**", "audio_tower.**"),
            new Same("multi_modal_projector.**", "multi_modal_projector.**"),
            .. Qwen2.Family.Parameters.Inside(model: "language_model.model.", others: "language_model."),
            .. Qwen2.Family.Parameters.Inside(model: "language_model.model.model.", others: "language_model."), // as transformers 5 saves it
        ],
        Ignored       = [.. Decoder.Ignored.Inside(model: "language_model.model.", others: "language_model.")],
    };

    private static void ListProjector(CopiedModule projector) =>
        projector.Linear("linear", projector.Size("audio_config.d_model"), projector.Size("text_config.hidden_size"));
}
