using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Nemotron-Labs-Diffusion: Ministral 3's decoder, which makes text block by block by uncovering masked tokens. Checkpoints are text only, or
/// still have the vision tower of the model that they were trained from, which this model does not use.
/// </summary>
/// <remarks>
/// Upstream takes heads and epsilon as those of Ministral 3, whatever the config says; here they are the config's. Upstream does not read its
/// own checkpoints of this family, because the class of the config in them is code that came with the weights; ours names one of
/// transformers, which has the same fields. Upstream's export changes <c>max_position_embeddings</c>; ours keeps it. The forward pass reads
/// from left to right; text is not made block by block.
/// </remarks>
public static class NemotronLabsDiffusion
{
    private const string Kept = "hf_config";
    private const string KeptValues = "config_dict";
    private const string AnyConfig = "transformers.configuration_utils.PretrainedConfig.from_dict";
    private const string VisionConfig = "transformers.models.mistral3.configuration_mistral3.Mistral3Config.from_dict";

    // csharpier-ignore
    /// <summary>The family, text only.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "NemotronLabsDiffusionModel",
        ModelType     = "nemotron_labs_diffusion",
        AppliesTo     = hf => hf.Nested("text_config") is null,
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 34,
              "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_parameters": null, "tie_word_embeddings": false, "vocab_size": 131072
            }
            """,
        ConfigMapping = ConfigMapping.Standard.Without("max_position_embeddings"),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = Mistral3.Family.Schema.Derive(
            "megatron.bridge.diffusion.models.nemotron_labs_diffusion.nemotron_labs_diffusion_provider.NemotronLabsDiffusionModelProvider",
            Int("mask_token_id", 100), Text("dlm_paradigm", "sbd_block_diff"), Int("block_size", 64), Bool("different_seed_per_dp", true),
            Bool("apply_llama4_style_query_key_layer_scaling", true), Float("dlm_loss_weight", 0.3), Float("ar_loss_weight", 1.0),
            Choice("position_embedding_type", "none", "learned_absolute", "rope", "yarn", "mrope", "none")
        ).MadeOf(LanguageModel.AddTo),
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight", "encoder.embed_tokens.weight"),
            new Vocab("output_layer.weight",              "diffusion_head.weight"),
            new Same( "decoder.final_layernorm.weight",   "encoder.norm.weight"),
            .. new[] { Decoder.Attention, Decoder.GatedMlp }.SelectMany(rows => rows).Select(row =>
                row.Moved(("decoder.", "decoder."), ("model.layers.", "encoder.layers."))),
        ],
        Ignored       = [new("diffusion_head.weight", "the config ties the head to the embedding", EqualTo: "encoder.embed_tokens.weight")],
    };

    // csharpier-ignore
    /// <summary>The family with the tower and the names of the model that it was trained from.</summary>
    public static Family WithTower { get; } = Family with
    {
        AppliesTo  = hf => hf.Nested("text_config") is not null,
        TextConfig = "text_config",
        HfDefaults = $$"""{ "dtype": null, "text_config": {{Family.HfDefaults}} }""",
        Parameters = [.. Mistral.Family.Parameters.Inside(megatron: "", model: "language_model.model.", others: "language_model.")],
        Ignored    =
        [
            new("vision_tower.**",          "the model reads text only"),
            new("multi_modal_projector.**", "the model reads text only"),
            new("language_model.lm_head.weight", "the config ties the head to the embedding", EqualTo: "language_model.model.embed_tokens.weight"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        foreach (ProviderField field in provider.Schema.Fields)
        {
            if (field.Name.StartsWith("yarn_", StringComparison.Ordinal) || field.Name is "position_embedding_type")
            {
                provider[field.Name] = field.Default; // attention has its own, from the config that is kept
            }
        }

        provider.MakeVocabSizeDivisibleBy = 128;
        provider[Kept] = ConfigValue.MapOf(
            ("_call_", true),
            (Targets.Key, hf.Nested("text_config") is null ? AnyConfig : VisionConfig),
            (KeptValues, ConfigValue.FromJson(hf.Json))
        );
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        if (provider[Kept] is not ConfigValue.Map map || map.Find(KeptValues)?.ToJson() is not JsonObject values)
        {
            throw new InvalidConfigException(
                $"{Kept} of {provider.Schema.Name} is not set, and a config.json is made of it."
            );
        }

        const string text = "text_config";
        JsonObject language = hf[text] as JsonObject ?? hf;
        JsonObject kept = values[text] as JsonObject ?? values;
        if ((language == hf) != (kept == values))
        {
            throw new InvalidConfigException($"{Kept} is of the other kind, with or without a tower.");
        }

        language[RopeConfig.Key] = kept[RopeConfig.Key]?.DeepClone();
        foreach ((string key, JsonNode? value) in values)
        {
            hf.TryAdd(key, value?.DeepClone());
        }
    }
}
