using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Nemotron 3 Nano and Super Omni: Nemotron-H with experts behind C-RADIO, perhaps with an embedder for video, and perhaps Parakeet's
/// encoder, which is taken over as it is.
/// </summary>
/// <remarks>Checkpoints of the class <c>NemotronOmniLlavaModelProvider</c>, which upstream has given up, are not known.</remarks>
public static class NemotronOmni
{
    private const int ClassTokens = 10;
    private const string Video = "vision_config.separate_video_embedder";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture       = "NemotronH_Nano_Omni_Reasoning_V3",
        OtherArchitectures = ["NemotronH_Super_Omni_Reasoning_V3"],
        ModelType          = "NemotronH_Nano_Omni_Reasoning_V3",
        TextConfig         = "llm_config",
        Schema             = ProviderSchema.Hybrid.Derive(
            "megatron.bridge.models.nemotron_omni.nemotron_omni_provider.NemotronOmniModelProvider",
            [
                .. NemotronVl.Fields, Int("image_token_index", 0), Int("img_start_token_id", 0), Int("img_end_token_id", 0),
                Text("tokenizer_type", ""), Bool("dynamic_resolution", true), Bool("use_vision_backbone_fp8_arch", true),
                Bool("radio_force_eval_mode", true), Bool("radio_force_cpe_eval_mode", true), Bool("radio_interpolate_only_cpe", false),
                Bool("radio_cpe_aspect_ratio_select", false), Bool("radio_disable_cpe", false), Int("vision_proj_ffn_hidden_size", 20480),
                IntOrNull("vision_class_token_len"), Bool("has_sound", false), Text("sound_model_type", "parakeet"),
                Int("sound_hidden_size", 1024), Int("sound_projection_hidden_size", 4096), Int("sound_context_token_id", 0),
                Any("sound_config"), Bool("freeze_sound_encoder", false), Bool("freeze_sound_projection", false),
                Int("temporal_patch_dim", 1), Bool("separate_video_embedder", false), Bool("temporal_ckpt_compat", false),
                TextOrNull("nemotron_omni_contract"),
            ]
        ).MadeOf(LanguageModel.In("language_model."), AddVision, AddSound),
        HfDefaults         = """
            {
              "dtype": null, "downsample_ratio": 0.5, "force_image_size": 512, "img_context_token": "<image>", "img_context_token_id": 18,
              "patch_size": 16, "projector_hidden_size": 20480, "ps_version": "v2", "sound_config": null, "sound_context_token_id": null,
              "use_thumbnail": true, "vision_config": {}, "vit_hidden_size": 1280,
              "llm_config": {
                "attention_bias": false, "attention_dropout": 0.0, "chunk_size": 128, "conv_kernel": 4, "dtype": null, "expand": 2,
                "head_dim": 128, "hidden_dropout": 0.0, "hidden_size": 2688, "hybrid_override_pattern": null, "initializer_range": 0.02,
                "intermediate_size": 1856, "layer_norm_epsilon": 1e-05, "mamba_head_dim": 64, "mamba_num_heads": 64,
                "max_position_embeddings": 262144, "mlp_bias": false, "mlp_hidden_act": "relu2", "moe_intermediate_size": 1856,
                "moe_latent_size": null, "moe_shared_expert_intermediate_size": 3712, "n_group": 1, "n_groups": 8, "n_routed_experts": 128,
                "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts_per_tok": 6,
                "num_key_value_heads": 2, "num_nextn_predict_layers": 0, "residual_in_fp32": false, "routed_scaling_factor": 2.5,
                "ssm_state_size": 128, "tie_word_embeddings": false, "topk_group": 1, "use_bias": false, "vocab_size": 131072
              }
            }
            """,
        ConfigMapping      = NemotronH.Family.ConfigMapping,
        OuterMapping       = ConfigMapping.Empty.With([
            ("img_context_token_id",  "image_token_index"),
            ("projector_hidden_size", "vision_proj_ffn_hidden_size"),
        ]),
        Configure          = (provider, hf) => Configure(provider, hf, imageStart: 21),
        ConfigureHf        = ConfigureHf,
        Parameters         =
        [
            .. NemotronVl.Language(""),
            .. NemotronVl.Vision,
            new Same("sound_model.encoder.**",                                "sound_encoder.encoder.**"),
            new Same("sound_projection.encoder.linear_fc1.layer_norm_weight", "sound_projection.norm.weight"),
            new Same("sound_projection.encoder.linear_fc1.weight",            "sound_projection.linear1.weight"),
            new Same("sound_projection.encoder.linear_fc2.weight",            "sound_projection.linear2.weight"),
        ],
        Ignored            =
        [
            .. NemotronVl.VisionIgnored,
            new("sound_encoder.encoder.feature_extractor.**", "sounds become spectrograms before they come to Megatron"),
        ],
    };

    /// <summary>Models with experts under the name of Nemotron Nano VL V2, as they were before the family had its own.</summary>
    public static Family Early { get; } =
        Family with
        {
            Architecture = "NemotronH_Nano_VL_V2",
            OtherArchitectures = [],
            ModelType = "NemotronH_Nano_VL_V2",
            AppliesTo = hf => hf.IsSet("llm_config.n_routed_experts"),
            Configure = (provider, hf) => Configure(provider, hf, imageStart: 19),
        };

    private static void AddVision(TableScope scope, ModelProvider provider)
    {
        int frames = provider.Size("temporal_patch_dim");
        bool hasVideoEmbedder = provider["separate_video_embedder"] == true && frames > 1;
        long tokens = provider["vision_class_token_len"].IsNull ? ClassTokens : provider.Size("vision_class_token_len");
        new Radio(tokens, frames, hasVideoEmbedder).AddTo(scope.Inside("vision_model."), provider);
        long inner = provider.Size("vision_proj_ffn_hidden_size");
        Radio.AddProjection(scope.Inside("vision_projection."), provider, Radio.ShuffledWidth, inner);
    }

    private static void AddSound(TableScope scope, ModelProvider provider)
    {
        if (provider["has_sound"] == true)
        {
            CopiedModule.Part("sound_model.encoder.", "sound_config", ParakeetEncoder.List)(scope, provider);
            long inner = provider.Size("sound_projection_hidden_size");
            Radio.AddProjection(scope.Inside("sound_projection."), provider, provider.Size("sound_hidden_size"), inner);
        }
    }

    private static void Configure(ModelProvider provider, HfConfig hf, int imageStart)
    {
        NemotronVl.Configure(provider, hf);
        foreach (
            string field in (string[])["mtp_use_repeated_layer", "keep_mtp_spec_in_bf16", "mtp_loss_scaling_factor"]
        )
        {
            provider[field] = provider.Schema.Field(field)!.Default; // every prediction has layers of its own here
        }

        provider["language_model_type"] = "nemotron6-moe";
        provider["tokenizer_type"] = "nemotron6-moe";
        provider["img_start_token_id"] = hf.IntegerOr("img_start_token_id", imageStart);
        provider["img_end_token_id"] = hf.IntegerOr("img_end_token_id", imageStart + 1);
        provider["use_vision_backbone_fp8_arch"] = false;
        provider["vision_class_token_len"] = ClassTokens;
        provider["nemotron_omni_contract"] = "expanded_sequence_v1";
        if (hf.FlagOr(Video, false))
        {
            provider["separate_video_embedder"] = true;
            provider["temporal_patch_dim"] = hf.IntegerOr("vision_config.video_temporal_patch_size", 2);
            provider["temporal_ckpt_compat"] = true;
        }

        if (hf.Nested("sound_config") is { } sound)
        {
            provider["has_sound"] = true;
            provider["sound_model_type"] = sound.TextOr("model_type", "parakeet");
            provider["sound_hidden_size"] = sound.Integer("hidden_size");
            provider["sound_projection_hidden_size"] = sound.Integer("projection_hidden_size");
            provider["sound_context_token_id"] = hf.Integer("sound_context_token_id");
            provider["sound_config"] = ConfigValue.FromJson(sound.Json);
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        NemotronVl.ConfigureLanguage(hf, provider);
        bool hasSound = provider["has_sound"] == true;
        hf["sound_config"] = hasSound ? provider["sound_config"].ToJson() : null;
        hf["sound_context_token_id"] = hasSound ? provider["sound_context_token_id"].ToJson() : null;
        if (provider["separate_video_embedder"] == true)
        {
            hf["vision_config"] = new JsonObject
            {
                ["separate_video_embedder"] = true,
                ["video_temporal_patch_size"] = provider["temporal_patch_dim"].ToJson(),
            };
        }
    }
}
