using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Gemma 3 that sees: SigLIP's tower, taken over as it is, and a projection that lies input first in Hugging Face.</summary>
/// <remarks>Upstream looks for the numbers of the tokens around an image under other names, and has those of the released models.</remarks>
public static class Gemma3Vl
{
    // csharpier-ignore
    // Of all its fields upstream sets the two widths; the rest is what its class and Megatron-Core have by themselves.
    private static readonly ProviderSchema Projector = ProviderSchema.Transformer.Derive(
        "megatron.bridge.models.gemma_vl.modeling_gemma3_vl.Gemma3VLMultimodalProjectorConfig",
        Int("input_size", 1152),
        Int("hidden_size", 2560),
        Int("image_size", 896),
        Int("patch_dim", 14),
        Int("tokens_per_image", 256),
        Text("normalization", "RMSNorm"),
        Bool("layernorm_zero_centered_gamma", true),
        Float("layernorm_epsilon", 1e-06),
        Int("num_layers", 1),
        Int("num_attention_heads", 8)
    );

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Gemma3ForConditionalGeneration",
        ModelType     = "gemma3",
        TextConfig    = "text_config",
        Schema        = Gemma3.Family.Schema.Derive(
            "megatron.bridge.models.gemma_vl.gemma3_vl_provider.Gemma3VLModelProvider",
            Bool("is_vision_language", true),
            Label("attention_backend", Targets.AttentionFused),
            Bool("scatter_embedding_sequence_parallel", false),
            Any("vision_config"),
            Bool("return_dict", true),
            Any("vision_projector_config"),
            Int("mm_tokens_per_image", 256),
            IntOrList("bos_token_id", 2),
            IntOrList("eos_token_id", 1),
            Int("vision_start_token_id", 255999),
            Int("vision_end_token_id", 256000),
            Int("image_token_id", 262144),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false)
        ).MadeOf(
            CopiedModule.Part("vision_tower.", "vision_config", SiglipVision.List),
            AddProjector,
            LanguageModel.In("language_model.")
        ),
        HfDefaults    = """
            {
              "boi_token_index": 255999, "dtype": null, "eoi_token_index": 256000, "image_token_index": 262144,
              "initializer_range": 0.02, "mm_tokens_per_image": 256, "tie_word_embeddings": true,
              "text_config": {
                "_sliding_window_pattern": 6, "attention_bias": false, "attention_dropout": 0.0,
                "attn_logit_softcapping": null, "dtype": null, "final_logit_softcapping": null, "head_dim": 256,
                "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "initializer_range": 0.02,
                "intermediate_size": 9216, "layer_types": null, "max_position_embeddings": 131072, "model_type": "gemma3_text",
                "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4, "query_pre_attn_scalar": 256,
                "rms_norm_eps": 1e-06, "rope_parameters": null, "sliding_window": 4096, "tie_word_embeddings": true,
                "use_bidirectional_attention": false, "use_cache": true, "vocab_size": 262208
              },
              "vision_config": {
                "attention_dropout": 0.0, "dtype": null, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 768, "image_size": 224,
                "intermediate_size": 3072, "layer_norm_eps": 1e-06, "model_type": "siglip_vision_model",
                "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 12, "patch_size": 16, "vision_use_head": false
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings", "share_embeddings_and_output_weights"),
            ("mm_tokens_per_image", "mm_tokens_per_image"),
            ("boi_token_index",     "vision_start_token_id"),
            ("eoi_token_index",     "vision_end_token_id"),
            ("image_token_index",   "image_token_id"),
            ("bos_token_id",        "bos_token_id"),
            ("eos_token_id",        "eos_token_id"),
        ]),
        KeptConfigs   = [new("vision_config", "vision_config", "transformers.models.siglip.configuration_siglip.SiglipVisionConfig")],
        Configure     = Configure,
        ConfigureHf   = (hf, provider) => Gemma3.ConfigureHf(LanguageConfig.At(hf, "text_config"), provider),
        Parameters    =
        [
            new Same(      "vision_tower.**",                                 "vision_tower.**"),
            new Same(      "vision_tower.**",                                 "vision_tower.vision_model.**"), // as released
            new Same(      "multi_modal_projector.mm_soft_embed_norm.weight", "multi_modal_projector.mm_soft_emb_norm.weight"),
            new Transposed("multi_modal_projector.proj.weight",               "multi_modal_projector.mm_input_projection_weight"),
            .. Gemma3.Family.Parameters.Inside(model: "language_model.model.", others: "language_model."),
        ],
        Ignored       = [.. Decoder.Ignored.Inside(model: "language_model.model.", others: "language_model.")],
    };

    private static void AddProjector(TableScope scope, ModelProvider provider)
    {
        TableScope projector = scope.Inside("multi_modal_projector.");
        long from = KeptConfig.Of(provider, "vision_config").Integer("hidden_size");
        Norm.AddTo(projector, "mm_soft_embed_norm", from, provider);
        (projector with { IsLocal = true }).Linear("proj", [provider.HiddenSize, from], Cut.Rows);
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Gemma3.Configure(provider, hf.Nested("text_config")!);
        provider.MakeVocabSizeDivisibleBy = 128;
        provider["bos_token_id"] = hf.Has("bos_token_id") ? provider["bos_token_id"] : 0L;
        provider["vision_projector_config"] = ProjectorConfig(
            hf.Integer("vision_config.hidden_size"),
            provider.HiddenSize
        );
    }

    private static ConfigValue ProjectorConfig(int from, int to)
    {
        ModelProvider projector = ModelProvider.Of(Projector);
        projector.CompleteFields();
        projector["input_size"] = from;
        projector.HiddenSize = to;
        IEnumerable<(string, ConfigValue)> fields = projector
            .Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => (field.Key, field.Value));
        return ConfigValue.MapOf(fields.Prepend((Targets.Key, Projector.Target)));
    }
}
