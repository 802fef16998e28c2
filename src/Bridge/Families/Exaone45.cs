using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// EXAONE 4.5: the layers of <see cref="Exaone4"/>, those without a window also without rotary positions, behind a tower that Megatron builds
/// itself; perhaps a layer for multi-token prediction, without a number in Hugging Face.
/// </summary>
public static class Exaone45
{
    private const string Sliding = "sliding_attention";

    // Numbers of tokens that a config may tell.
    private static readonly string[] Tokens =
    [
        "bos_token_id",
        "eos_token_id",
        "vision_start_token_id",
        "vision_end_token_id",
        "vision_token_id",
    ];

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Vision =
    [
        new Same(           "vision_model.patch_embed.proj.**",                                          "model.visual.patch_embed.proj.**"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.visual.blocks.*.norm1.weight"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.weight",            "model.visual.blocks.*.attn.qkv.weight"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.bias",              "model.visual.blocks.*.attn.qkv.bias"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_proj.**",               "model.visual.blocks.*.attn.proj.**"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.layer_norm_weight",            "model.visual.blocks.*.norm2.weight"),
        new Gated(          "vision_model.decoder.layers.*.mlp.linear_fc1.weight",                       "model.visual.blocks.*.mlp.{gate,up}_proj.weight"),
        new Gated(          "vision_model.decoder.layers.*.mlp.linear_fc1.bias",                         "model.visual.blocks.*.mlp.{gate,up}_proj.bias"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc2.**",                           "model.visual.blocks.*.mlp.down_proj.**"),
        new Same(           "vision_model.merger.patch_norm.weight",                                     "model.visual.merger.ln_q.weight"),
        new Same(           "vision_model.merger.linear_fc1.**",                                         "model.visual.merger.mlp.0.**"),
        new Same(           "vision_model.merger.linear_fc2.**",                                         "model.visual.merger.mlp.2.**"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Exaone4_5_ForConditionalGeneration",
        ModelType     = "exaone4_5",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.exaone.exaone45.exaone45_provider.Exaone45ModelProvider",
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.exaone.exaone45.exaone45_provider.exaone_45_transformer_layer_spec")),
            Any("vision_config"),
            Any("hf_text_config"),
            Int("image_token_id", 67),
            Int("video_token_id", 68),
            Int("vision_token_id", 67),
            Int("vision_start_token_id", 73),
            Int("vision_end_token_id", 74),
            IntOrList("bos_token_id", 1),
            IntOrList("eos_token_id", 53),
            Int("spatial_merge_size", 2),
            FloatOrNull("rope_scaling_factor", 1L),
            Choice("position_embedding_type", "rope", "learned_absolute", "rope", "yarn", "mrope", "none"),
            Bool("scatter_embedding_sequence_parallel", false),
            Bool("freeze_language_model", false),
            Bool("freeze_vision_model", false),
            Bool("freeze_vision_projection", false),
            Bool("freeze_mtp_model", false),
            Bool("qk_layernorm", true),
            Label("activation_func", Targets.Silu),
            Text("normalization", "RMSNorm"),
            Bool("add_bias_linear", false),
            Bool("gated_linear_unit", true),
            Bool("attention_softmax_in_fp32", true),
            Float("hidden_dropout", 0.0),
            Float("attention_dropout", 0.0),
            Bool("gradient_accumulation_fusion", false)
        ).MadeOf(Exaone45Vision.In("vision_model."), LanguageModel.In("language_model.")),
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 67, "tie_word_embeddings": false, "video_token_id": 68,
              "text_config": {
                "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
                "intermediate_size": 16384, "layer_types": null, "max_position_embeddings": 2048, "model_type": "exaone4",
                "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "rms_norm_eps": 1e-05,
                "rope_parameters": null, "sliding_window": 4096, "sliding_window_pattern": 4, "tie_word_embeddings": false,
                "use_cache": true, "vocab_size": 102400
              },
              "vision_config": {
                "depth": 32, "dtype": null, "fullatt_block_indexes": [7, 15, 23, 31], "hidden_act": "silu", "hidden_size": 3584,
                "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 3420, "model_type": "exaone4_5_vision",
                "num_heads": 16, "num_key_value_heads": 8, "out_hidden_size": 3584, "patch_size": 14, "spatial_merge_size": 2,
                "temporal_patch_size": 2, "window_size": 112
              }
            }
            """,
        OuterMapping  = ConfigMapping.Empty.With([
            ("tie_word_embeddings", "share_embeddings_and_output_weights"),
            ("image_token_id",      "image_token_id"),
            ("video_token_id",      "video_token_id"),
        ]),
        KeptConfigs   =
        [
            new("vision_config", "vision_config",  "transformers.models.exaone4_5.configuration_exaone4_5.Exaone4_5_VisionConfig"),
            new("text_config",   "hf_text_config", "transformers.models.exaone4.configuration_exaone4.Exaone4Config"),
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Vision,
            .. Exaone4.Family.Parameters.Inside(),
            .. Decoder.QkvBias.Inside(),
            .. Decoder.PredictingApart(Exaone4.Layer).Inside(),
        ],
        Ignored       = [.. Decoder.Ignored.Inside()],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        provider["rope_scaling_factor"] = ConfigValue.Null;
        RopeConfig.Read(text).ApplyScaling(provider);
        foreach (string token in Tokens.Where(hf.IsSet))
        {
            provider[token] = hf.Value(token);
        }

        ConfigValue sliding = LayerTypes.FlagsOr(text, Sliding, provider.NumLayers, LayerTypes.PatternLength(text, 1));
        provider.WindowAttnSkipFreq = sliding;
        provider.NoRopeFreq = LayerTypes.Opposite(sliding);
        provider.Window = ((ConfigValue.List)sliding).Items.Contains(1L) ? text.IntegerOrNull("sliding_window") : null;
        provider.MoeLayerFreq = ConfigValue.ListOf(Enumerable.Repeat((ConfigValue)0L, provider.NumLayers));
        provider.MtpUseRepeatedLayer = text.FlagOr("mtp_share_layers", false);
        provider["mtp_loss_scaling_factor"] = text.NumberOr("mtp_loss_scaling_factor", 0.1);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject text = LanguageConfig.At(hf, "text_config");
        text["layer_types"] = LayerTypes.FromFlags(
            provider.WindowAttnSkipFreq,
            provider.NumLayers,
            Sliding,
            "full_attention"
        );
        text["sliding_window"] = provider.Window;
        if (provider.MtpNumLayers is { } predicting)
        {
            text["num_nextn_predict_layers"] = predicting;
        }
    }
}
