using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;

namespace MegatronBridge.Families;

/// <summary>
/// Kimi-VL-A3B: Moonlight, which is built like DeepSeek V3, behind a tower that is taken over as it is. Not in upstream; here it has
/// the names that Kimi K2.5 has there, whose tower and projection have the same parameters.
/// </summary>
public static class KimiVl
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "KimiVLForConditionalGeneration",
        ModelType     = "kimi_vl",
        IsUpstream    = false,
        TextConfig    = "text_config",
        Schema        = KimiK25.Schema.MadeOf(
            CopiedModule.Part("vision_tower.", "vision_config", MoonVit.List),
            LanguageModelWidth,
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = $$"""
            {
              "dtype": null, "ignore_index": -100, "media_placeholder_token_id": 163605, "pad_token_id": 0,
              "tie_word_embeddings": false,
              "text_config": {{DeepseekV3.Family.HfDefaults}},
              "vision_config": {
                "hidden_size": 1152, "init_pos_emb_height": 64, "init_pos_emb_width": 64, "intermediate_size": 4304,
                "merge_kernel_size": [2, 2], "model_type": "moonvit", "num_attention_heads": 16, "num_hidden_layers": 27,
                "patch_size": 14
              }
            }
            """,
        OuterMapping  = KimiK25.Tokens,
        KeptConfigs   = [new("vision_config", "vision_config", Class: null)],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("vision_tower.**", "vision_tower.**"),
            new Same("mm_projector.pre_norm.**", "multi_modal_projector.pre_norm.**"),
            new Same("mm_projector.proj.0.**",   "multi_modal_projector.linear_1.**"),
            new Same("mm_projector.proj.2.**",   "multi_modal_projector.linear_2.**"),
            .. KimiK25.Text,
        ],
        Ignored       = KimiK25.Ignored,
    };

    // The projection ends in the language model's width, which the tower's config does not say.
    private static void LanguageModelWidth(TableScope scope, ModelProvider provider)
    {
        JsonObject config = new()
        {
            ["vision"] = KeptConfig.Of(provider, "vision_config").Json.DeepClone(),
            ["hidden_size"] = provider.HiddenSize,
        };
        MoonVit.ListProjector(new(scope.Inside("mm_projector."), new(config)), "vision.", "hidden_size", "hidden_size");
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        KimiK25.Configure(provider, hf);
        HfConfig text = hf.Nested("text_config")!;
        provider.MoeAuxLossCoeff = text.NumberOr("aux_loss_alpha", 1e-3);
        provider.SeqLength = text.Integer("max_position_embeddings");
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        DeepseekV3.Family.ConfigureHf(text, provider);
        text["model_type"] = DeepseekV3.Family.ModelType;
    }
}
