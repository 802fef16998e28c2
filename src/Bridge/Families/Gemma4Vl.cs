using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Gemma 4 without experts that sees and perhaps hears: <see cref="Gemma4"/> behind towers that are taken over as they are.</summary>
/// <remarks>Upstream can leave the towers out (GEMMA4_CONVERSION_MODE=text); here a model is always converted whole.</remarks>
public static class Gemma4Vl
{
    /// <summary>The keys of config.json, which both kinds have.</summary>
    internal static readonly string Defaults = $$"""
        {
          "audio_config": null, "audio_token_id": 258881, "dtype": null, "image_token_id": 258880, "initializer_range": 0.02,
          "tie_word_embeddings": true, "video_token_id": 258884,
          "text_config": {{Gemma4.Defaults.Replace(
            "{",
            "{ \"model_type\": \"gemma4_text\",",
            StringComparison.Ordinal
        )}},
          "vision_config": {
            "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 64, "hidden_activation": "gelu_pytorch_tanh",
            "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": 3072, "max_position_embeddings": 131072,
            "model_type": "gemma4_vision", "num_attention_heads": 12, "num_hidden_layers": 16, "num_key_value_heads": 12,
            "patch_size": 16, "pooling_kernel_size": 3, "position_embedding_size": 10240, "rms_norm_eps": 1e-06,
            "rope_parameters": { "rope_theta": 100.0, "rope_type": "default" }, "standardize": false, "use_clipped_linears": false
          }
        }
        """;

    // csharpier-ignore
    /// <summary>The fields that the classes of both kinds add to those of the text models.</summary>
    internal static IReadOnlyList<ProviderField> Fields { get; } =
    [
        Any("vision_config"),
        Any("text_config"),
        Any("audio_config"),
        Int("vision_soft_tokens_per_image", 280),
        IntOrList("bos_token_id", 2),
        IntOrList("eos_token_id", 1),
        Int("image_token_id", 258880),
        Int("video_token_id", 258884),
        Int("audio_token_id", 258881),
        Bool("freeze_language_model", false),
        Bool("freeze_vision_model", false),
        Bool("freeze_vision_projection", false),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Gemma4ForConditionalGeneration",
        ModelType     = "gemma4",
        AppliesTo     = hf => !hf.FlagOr("text_config.enable_moe_block", false),
        TextConfig    = "text_config",
        Schema        = Gemma4.Family.Schema.Derive("megatron.bridge.models.gemma_vl.gemma4_vl_provider.Gemma4DenseVLProvider", [.. Fields, Bool("scatter_embedding_sequence_parallel", true)])
            .MadeOf(AddTowers, LanguageModel.In("language_model.")),
        ConfigMapping = Gemma4.Family.ConfigMapping,
        HfDefaults    = Defaults,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings",          "share_embeddings_and_output_weights"),
            ("vision_soft_tokens_per_image", "vision_soft_tokens_per_image"),
            ("bos_token_id",                 "bos_token_id"),
            ("eos_token_id",                 "eos_token_id"),
            ("image_token_id",               "image_token_id"),
            ("video_token_id",               "video_token_id"),
            ("audio_token_id",               "audio_token_id"),
        ]),
        KeptConfigs   =
        [
            new("text_config",   "text_config",   "transformers.models.gemma4.configuration_gemma4.Gemma4TextConfig"),
            new("vision_config", "vision_config", "transformers.models.gemma4.configuration_gemma4.Gemma4VisionConfig"),
            new("audio_config",  "audio_config",  "transformers.models.gemma4.configuration_gemma4.Gemma4AudioConfig") { IsOptional = true },
        ],
        Configure     = (provider, hf) => Gemma4.Configure(provider, hf.Nested("text_config")!),
        ConfigureHf   = (hf, provider) => ConfigureHf(hf, provider, Gemma4.ConfigureHf),
        Parameters    = [.. Towers, .. Gemma4.Family.Parameters.Inside()],
        Ignored       = [.. Decoder.Ignored.Inside()],
    };

    /// <summary>The rows of all that is not the language model.</summary>
    internal static IEnumerable<ParameterMapping> Towers =>
        [
            new Same("vision_tower.**", "model.vision_tower.**"),
            new Same("embed_vision.**", "model.embed_vision.**"),
            new Same("audio_tower.**", "model.audio_tower.**"),
            new Same("embed_audio.**", "model.embed_audio.**"),
        ];

    /// <summary>Adds the towers that the model has, each with a projection behind it.</summary>
    internal static void AddTowers(TableScope scope, ModelProvider provider)
    {
        CopiedModule.Part("vision_tower.", "vision_config", Gemma4Vision.List)(scope, provider);
        AddProjection("embed_vision.", "vision_config", "hidden_size");
        if (!provider["audio_config"].IsNull)
        {
            CopiedModule.Part("audio_tower.", "audio_config", Gemma4Audio.List)(scope, provider);
            AddProjection("embed_audio.", "audio_config", "output_proj_dims");
        }

        void AddProjection(string prefix, string config, string width) =>
            CopiedModule.Part(
                prefix,
                config,
                module => module.Linear("embedding_projection", module.Size(width), provider.HiddenSize, hasBias: false)
            )(scope, provider);
    }

    /// <summary>Sets the keys of both kinds, those of the language model by <paramref name="language"/>.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider, Action<JsonObject, ModelProvider> language)
    {
        language(LanguageConfig.At(hf, "text_config"), provider);
        if (provider["vision_soft_tokens_per_image"] == 280L)
        {
            hf.Remove("vision_soft_tokens_per_image"); // released configs do not tell it
        }
    }
}
