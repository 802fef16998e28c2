using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3-Omni: Qwen3 with experts behind two towers that are taken over as they are. Only what thinks is converted.</summary>
/// <remarks>
/// Upstream gives every model the rotary base of the released ones and the attention dropout of Megatron; here they are the config's.
/// </remarks>
public static class Qwen3OmniMoe
{
    private const string Classes = "transformers.models.qwen3_omni_moe.configuration_qwen3_omni_moe.";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3OmniMoeForConditionalGeneration",
        ModelType     = "qwen3_omni_moe",
        TextConfig    = "thinker_config.text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_omni.qwen3_omni_provider.Qwen3OmniModelProvider",
            [
                .. Thinker.Fields, .. Thinker.SeeingFields, Any("code2wav_config"),
                Text("pretrained_model_name", "Qwen/Qwen3-Omni-30B-A3B-Instruct"), Bool("qk_layernorm", true),
                Bool("moe_grouped_gemm", true), FloatOrList("moe_aux_loss_coeff", 0.001),
                ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"), Bool("moe_permute_fusion", true),
                Choice("moe_token_dispatcher_type", "alltoall", "allgather", "alltoall", "flex"),
                Int("language_max_sequence_length", 32768), Int("patch_size", 16), IntList("mrope_section", 24, 20, 20),
                Bool("vit_gradient_checkpointing", false), Text("multimodal_attn_impl", "auto"),
            ]
        ).MadeOf(
            CopiedModule.Part("thinker.visual.", "thinker_config.vision_config", Qwen3OmniVision.List),
            CopiedModule.Part("thinker.audio_model.", "thinker_config.audio_config", WhisperEncoder.ListOmni3),
            LanguageModel.In("thinker.language_model.")
        ),
        HfDefaults    = """
            {
              "assistant_token_id": 77091, "dtype": null, "enable_audio_output": true, "im_end_token_id": 151645,
              "im_start_token_id": 151644, "initializer_range": 0.02, "system_token_id": 8948, "tts_bos_token_id": 151672,
              "tts_eos_token_id": 151673, "tts_pad_token_id": 151671, "user_token_id": 872,
              "thinker_config": {
                "audio_start_token_id": 151647, "audio_token_id": 151646, "dtype": null, "image_token_id": 151655,
                "initializer_range": 0.02, "model_type": "qwen3_omni_moe_thinker", "position_id_per_seconds": 25,
                "tie_word_embeddings": false, "user_token_id": 872, "video_token_id": 151656,
                "audio_config": {
                  "activation_dropout": 0.0, "activation_function": "gelu", "attention_dropout": 0.0, "conv_chunksize": 500,
                  "d_model": 1280, "downsample_hidden_size": 480, "dropout": 0.0, "dtype": null,
                  "encoder_attention_heads": 20, "encoder_ffn_dim": 5120, "encoder_layers": 32, "initializer_range": 0.02,
                  "max_source_positions": 1500, "model_type": "qwen3_omni_moe_audio_encoder", "n_window": 100,
                  "n_window_infer": 400, "num_mel_bins": 128, "output_dim": 3584, "scale_embedding": false
                },
                "text_config": {
                  "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null,
                  "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 18944,
                  "max_position_embeddings": 32768, "mlp_only_layers": [], "model_type": "qwen3_omni_moe_text",
                  "moe_intermediate_size": 768, "norm_topk_prob": true, "num_attention_heads": 28, "num_experts": 128,
                  "num_experts_per_tok": 8, "num_hidden_layers": 28, "num_key_value_heads": 4,
                  "output_router_logits": false, "rms_norm_eps": 1e-06, "rope_parameters": null,
                  "router_aux_loss_coef": 0.001, "sliding_window": null, "use_cache": true, "vocab_size": 3584
                },
                "vision_config": {
                  "deepstack_visual_indexes": [8, 16, 24], "depth": 27, "dtype": null, "hidden_act": "gelu_pytorch_tanh",
                  "hidden_size": 1152, "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 4304,
                  "model_type": "qwen3_omni_moe_vision_encoder", "num_heads": 16, "num_position_embeddings": 2304,
                  "out_hidden_size": 3584, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2
                }
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("thinker_config.tie_word_embeddings",     "share_embeddings_and_output_weights"),
            ("thinker_config.audio_token_id",          "audio_token_id"),
            ("thinker_config.image_token_id",          "image_token_id"),
            ("thinker_config.video_token_id",          "video_token_id"),
            ("thinker_config.audio_start_token_id",    "audio_start_token_id"),
            ("thinker_config.position_id_per_seconds", "position_id_per_seconds"),
        ]),
        KeptConfigs   =
        [
            new("thinker_config", "thinker_config", Classes + "Qwen3OmniMoeThinkerConfig"),
            new("talker_config", "talker_config", Classes + "Qwen3OmniMoeTalkerConfig") { IsOptional = true },
            new("code2wav_config", "code2wav_config", Classes + "Qwen3OmniMoeCode2WavConfig") { IsOptional = true },
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("thinker.visual.**", "thinker.visual.**"),
            new Same("thinker.audio_model.**", "thinker.audio_tower.**"),
            .. Thinker.Inside([.. Qwen3Moe.Family.Parameters, .. Decoder.QkvBias]),
        ],
        Ignored       = Thinker.Ignored("talker.", "code2wav."),
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig thinker = hf.Nested("thinker_config")!;
        HfConfig text = thinker.Nested("text_config")!;
        Qwen3Moe.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        Thinker.Take(
            provider,
            thinker,
            "vision_start_token_id",
            "vision_end_token_id",
            "audio_end_token_id",
            "seconds_per_chunk"
        );
        Thinker.Take(
            provider,
            thinker.Nested("vision_config") ?? throw thinker.Wrong("vision_config", "an object"),
            "patch_size",
            "temporal_patch_size",
            "spatial_merge_size"
        );
        provider["language_max_sequence_length"] = provider.SeqLength;
        provider["autocast_dtype"] = ConfigValue.Null;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "thinker_config.text_config");
        text["norm_topk_prob"] = !provider.MoeRouterPreSoftmax;
        text["head_dim"] = provider.KvChannels;
        text[RopeConfig.Key]!["mrope_interleaved"] = true;
        ExpertLayers.WriteSparse(text, provider);
        hf["enable_audio_output"] = false; // from Megatron alone there is nothing that speaks
    }
}
