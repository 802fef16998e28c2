using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Step-3.7: Step-3.5 behind a tower that is taken over as it is. Upstream needs Megatron-Core's development branch, which has gates
/// of heads, and loses the layers for multi-token prediction; here they stay.
/// </summary>
/// <remarks>
/// With tensor parallelism upstream cuts queries, keys, values and gates as one block, so that each rank takes keys and values of
/// others for its gates. Here each kind is cut on its own, as Megatron-Core stores it.
/// </remarks>
public static class Step37
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Step3p7ForConditionalGeneration",
        ModelType     = "step3p7",
        TextConfig    = "text_config",
        Schema        = Step35.Family.Schema.InVersion(DevelopmentFields.All, DevelopmentFields.Missing).Derive(
            "megatron.bridge.models.stepfun.step37_provider.Step37ModelProvider",
            Text("position_embedding_type", "rope"),
            Any("vision_config"),
            Int("image_token_id", 128001),
            Int("understand_projector_stride", 2),
            Bool("projector_bias", false),
            Int("language_max_sequence_length", 262144),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false),
            Bool("add_encoder", true),
            Bool("add_decoder", true)
        ).MadeOf(
            CopiedModule.Part("vision_model.", "vision_config", PerceptionEncoder.List),
            LanguageModel.In("language_model."),
            AddProjector
        ),
        ConfigMapping = Step35.Family.ConfigMapping.With([("max_position_embeddings", "language_max_sequence_length")]),
        HfDefaults    = $$"""
            {
              "dtype": null, "hidden_size": null, "image_token_id": 128001, "max_position_embeddings": null, "projector_bias": false,
              "tie_word_embeddings": false, "understand_projector_stride": 2,
              "text_config": {{Step35.Family.HfDefaults}},
              "vision_config": {
                "dtype": null, "heads": 16, "hidden_act": "quick_gelu", "image_size": 728, "layer_norm_eps": 1e-05, "layers": 47,
                "ls_init_value": 0.1, "mlp_ratio": 5.833333333333333, "model_type": "perception_encoder", "num_channels": 3,
                "patch_size": 14, "use_abs_posemb": true, "use_cls_token": false, "use_ln_post": false, "use_ln_pre": true,
                "use_rope2d": true, "width": 1536
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("image_token_id",              "image_token_id"),
            ("projector_bias",              "projector_bias"),
            ("understand_projector_stride", "understand_projector_stride"),
        ]),
        KeptConfigs   = [new("vision_config", "vision_config", "megatron.bridge.models.stepfun.configuration_step37.Step37VisionConfig")],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("vision_model.**",                         "vision_model.**"),
            new Same("image_insert_embedding.align_projector.**", "vit_large_projector.**"),
            .. Step35.Family.Parameters.Inside(model: "model."),
        ],
        Ignored       = [.. Step35.Family.Ignored.Inside(model: "model.")],
    };

    private static void AddProjector(TableScope scope, ModelProvider provider)
    {
        CopiedModule embedding = new(scope.Inside("image_insert_embedding."), KeptConfig.Of(provider, "vision_config"));
        bool hasBias = provider["projector_bias"] == true;
        embedding.Linear("align_projector", 4 * embedding.Size("width"), provider.HiddenSize, hasBias);
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Step35.Configure(provider, text);
        provider.AttentionOutputGate = false;
        provider.ShareEmbeddingsAndOutputWeights = text.Flag("tie_word_embeddings");
        provider["attention_other_setting"] = text.Value("attention_other_setting");
        provider["layer_types"] = text.Value("layer_types");
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        Step35.ConfigureHf(text, provider);
        text["model_type"] = Step35.Family.ModelType;
        hf["hidden_size"] = provider.HiddenSize;
        hf["max_position_embeddings"] = text["max_position_embeddings"]?.DeepClone();
    }
}
