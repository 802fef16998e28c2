using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Ministral 3 and Mistral Small 3 that see: Pixtral's tower and a projection that joins neighbouring patches, both taken over as
/// they are, before a decoder of Mistral's.
/// </summary>
/// <remarks>
/// Upstream gives every model the rotary scaling and the epsilon of Ministral 3, and cannot build one whose queries are not scaled by
/// position, like Mistral Small 3; here they are the config's.
/// </remarks>
public static class Mistral3
{
    private const string Rope = "hf_config.text_config." + RopeConfig.Key;

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Mistral3ForConditionalGeneration",
        ModelType     = "mistral3",
        TextConfig    = "text_config",
        Schema        = Mistral.Family.Schema.Derive(
            "megatron.bridge.models.ministral3.ministral3_provider.Ministral3ModelProvider",
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.ministral3.ministral3_provider.ministral_layer_spec")),
            Int("kv_channels", 128),
            Choice("position_embedding_type", "yarn", "learned_absolute", "rope", "yarn", "mrope", "none"),
            FloatOrNull("yarn_rotary_scaling_factor", 16.0),
            IntOrNull("yarn_original_max_position_embeddings", 16384),
            FloatOrNull("yarn_beta_fast", 32.0),
            FloatOrNull("yarn_beta_slow", 1.0),
            BoolOrNull("yarn_correction_range_round_to_int", false),
            FloatOrNull("yarn_mscale", 1.0),
            FloatOrNull("yarn_mscale_all_dim", 1.0),
            Float("layernorm_epsilon", 1e-05),
            Bool("scatter_embedding_sequence_parallel", false),
            Any("hf_config"),
            Int("image_token_id", 10),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false)
        ).MadeOf(
            CopiedModule.Part("vision_tower.", "hf_config.vision_config", PixtralVision.List),
            CopiedModule.Part("multi_modal_projector.", "hf_config", ListProjector),
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = """
            {
              "dtype": null, "image_token_index": 10, "multimodal_projector_bias": false, "projector_hidden_act": "gelu",
              "spatial_merge_size": 2, "tie_word_embeddings": null, "vision_feature_layer": -1,
              "text_config": {
                "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096,
                "initializer_range": 0.02, "intermediate_size": 14336, "max_position_embeddings": 262144,
                "model_type": "ministral3", "num_attention_heads": 32, "num_hidden_layers": 34, "num_key_value_heads": 8,
                "rms_norm_eps": 1e-05, "rope_parameters": null, "sliding_window": null, "tie_word_embeddings": false,
                "use_cache": true, "vocab_size": 131072
              },
              "vision_config": {
                "attention_dropout": 0.0, "dtype": null, "head_dim": 64, "hidden_act": "gelu", "hidden_size": 1024, "image_size": 1540,
                "initializer_range": 0.02, "intermediate_size": 4096, "model_type": "pixtral", "num_attention_heads": 16,
                "num_channels": 3, "num_hidden_layers": 24, "patch_size": 14, "rope_parameters": null
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([("image_token_index", "image_token_id")]),
        KeptConfigs   = [new("", "hf_config", "transformers.models.mistral3.configuration_mistral3.Mistral3Config")],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("vision_tower.**",          "vision_tower.**"),
            new Same("multi_modal_projector.**", "multi_modal_projector.**"),
            .. Mistral.Family.Parameters.Inside(model: "language_model.model.", others: "language_model."),
        ],
        Ignored       = [.. Decoder.Ignored.Inside(model: "language_model.model.", others: "language_model.")],
    };

    private static void ListProjector(CopiedModule projector)
    {
        long from = projector.Size("vision_config.hidden_size");
        long to = projector.Size("text_config.hidden_size");
        long merge = projector.Size("spatial_merge_size");
        int features = projector.Config.Value("vision_feature_layer") is ConfigValue.List list ? list.Items.Count : 1;
        bool hasBias = projector.Config.FlagOr("multimodal_projector_bias", false);
        projector.RmsNorm("norm", from);
        projector.Linear("patch_merger.merging_layer", from * merge * merge, from, hasBias: false);
        projector.Linear("linear_1", from * features, to, hasBias);
        projector.Linear("linear_2", to, to, hasBias);
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Mistral.Configure(provider, text);
        provider.MakeVocabSizeDivisibleBy = 128;
        provider.AutocastDtype = null;
        if (!text.IsSet($"{RopeConfig.Key}.llama_4_scaling_beta"))
        {
            provider.TransformerLayerSpec = Targets.DefaultLayerSpec;
        }

        if (provider.PositionEmbeddingType != "yarn")
        {
            foreach (
                ProviderField field in provider.Schema.Fields.Where(field =>
                    field.Name.StartsWith("yarn_", StringComparison.Ordinal)
                )
            )
            {
                provider[field.Name] = ConfigValue.Null;
            }
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        Mistral.ConfigureHf(text, provider);
        hf["tie_word_embeddings"] = provider.ShareEmbeddingsAndOutputWeights;

        // How queries are scaled by position, Megatron takes from the config that it keeps.
        JsonObject rope = (JsonObject)text[RopeConfig.Key]!;
        JsonObject kept = KeptConfig.Of(provider, Rope).Json;
        foreach ((string key, JsonNode? value) in kept.Where(entry => entry.Key != "type"))
        {
            rope.TryAdd(key, value?.DeepClone());
        }

        if (!kept.ContainsKey("truncate"))
        {
            rope.Remove("truncate");
        }
    }
}
