using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Kimi K2.5: Kimi K2 behind a tower that is taken over as it is. The released experts are in INT4; upstream writes experts so
/// whatever the source has.
/// </summary>
/// <remarks>
/// Upstream takes the tower's code out of the original's folder, and only with <c>trust_remote_code</c>: set it when you trust that
/// code.
/// </remarks>
public static class KimiK25
{
    // csharpier-ignore
    /// <summary>Upstream's class.</summary>
    internal static ProviderSchema Schema { get; } = ProviderSchema.Mla.Derive(
        "megatron.bridge.models.kimi_vl.kimi_k25_vl_provider.KimiK25VLModelProvider",
        Bool("scatter_embedding_sequence_parallel", false),
        Any("vision_config"),
        TextOrNull("hf_model_path"),
        Bool("trust_remote_code", false),
        IntOrList("bos_token_id", 163584),
        IntOrList("eos_token_id", 163585),
        Int("image_token_id", 163605),
        Int("media_placeholder_token_id", 163605),
        IntOrNull("pad_token_id", 163839),
        Int("ignore_index", -100),
        Bool("freeze_language_model", false),
        Bool("freeze_vision_model", false),
        Bool("freeze_vision_projection", false),
        Any("generation_config")
    );

    // csharpier-ignore
    /// <summary>The language model's rows.</summary>
    internal static IEnumerable<ParameterMapping> Text { get; } =
        KimiK2.Family.Parameters.Inside(model: "language_model.model.", others: "language_model.");

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "KimiK25ForConditionalGeneration",
        ModelType     = "kimi_k25",
        TextConfig    = "text_config",
        Schema        = Schema.MadeOf(
            CopiedModule.Part("vision_tower.", "vision_config", MoonVit.ListK25),
            CopiedModule.Part("mm_projector.", "vision_config", projector => MoonVit.ListProjector(projector, "", "mm_hidden_size", "text_hidden_size")),
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = $$"""
            {
              "dtype": null, "ignore_index": -100, "media_placeholder_token_id": 163605, "pad_token_id": 163839,
              "tie_word_embeddings": false,
              "text_config": {{KimiK2.Family.HfDefaults}},
              "vision_config": {
                "init_pos_emb_height": 64, "init_pos_emb_time": 4, "init_pos_emb_width": 64, "merge_kernel_size": [2, 2],
                "merge_type": "sd2_tpool", "mm_hidden_size": 1152, "mm_projector_type": "patchmerger", "patch_size": 14,
                "pos_emb_type": "divided_fixed", "projector_hidden_act": "gelu", "projector_ln_eps": 1e-05,
                "text_hidden_size": 7168, "video_attn_type": "spatial_temporal", "vt_hidden_size": 1152,
                "vt_intermediate_size": 4304, "vt_num_attention_heads": 16, "vt_num_hidden_layers": 27
              }
            }
            """,
        OuterMapping  = Tokens,
        KeptConfigs   = [new("vision_config", "vision_config", Class: null)], // its class is in the original's folder
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("vision_tower.**", "vision_tower.**"),
            new Same("mm_projector.**", "mm_projector.**"),
            .. Text,
        ],
        Ignored       = Ignored,
    };

    // csharpier-ignore
    /// <summary>Token numbers.</summary>
    internal static ConfigMapping Tokens => ConfigMapping.Empty.With([
        ("text_config.bos_token_id",   "bos_token_id"),
        ("text_config.eos_token_id",   "eos_token_id"),
        ("media_placeholder_token_id", "image_token_id"),
        ("media_placeholder_token_id", "media_placeholder_token_id"),
        ("pad_token_id",               "pad_token_id"),
        ("ignore_index",               "ignore_index"),
    ]);

    /// <summary>What the language model's checkpoints may have besides.</summary>
    internal static IReadOnlyList<IgnoredTensor> Ignored =>
        [.. KimiK2.Family.Ignored.Inside(model: "language_model.model.", others: "language_model.")];

    /// <summary>Sets the fields from config.json.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        KimiK2.Family.Configure(provider, hf.Nested("text_config")!);
        provider.AttentionDropout = 0.0;
        provider.MoeTokenDispatcherType = "flex";
        provider["moe_flex_dispatcher_backend"] = "hybridep";
        provider["moe_flex_dispatcher_num_sms"] = 16L;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        KimiK2.Family.ConfigureHf(text, provider);
        text["model_type"] = KimiK2.Family.ModelType;
        LanguageConfig.At(hf, "vision_config")["text_hidden_size"] = provider.HiddenSize;
    }
}
