using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3.5 and Qwen3.6, dense, that see: the text model behind the tower of Qwen3-VL, without deepstack.</summary>
public static class Qwen35Vl
{
    // csharpier-ignore-start

    /// <summary>What the classes have in common, with experts or without.</summary>
    internal static IReadOnlyList<ProviderField> Fields { get; } =
    [
        .. Qwen3Vl.Fields,
        IntList("mrope_section", 11, 11, 10), Label("transformer_layer_spec", DeltaNet.LayerSpec),
        Bool("layernorm_zero_centered_gamma", true), Bool("attention_output_gate", true),
        TextOrNull("experimental_attention_variant", "gated_delta_net"), IntOrList("linear_attention_freq", 4),
        Text("normalization", "RMSNorm"), Bool("gated_linear_unit", true), Bool("add_bias_linear", false),
        IntOrNull("kv_channels", 256), Float("hidden_dropout", 0.0), Float("rotary_base", 10000000.0),
        Float("rotary_percent", 0.25), Int("seq_length", 262144), Bool("hetereogenous_dist_checkpoint", true),
        Int("image_token_id", 248056), Int("video_token_id", 248057), Int("vision_start_token_id", 248053),
        Int("vision_end_token_id", 248054), IntOrList("bos_token_id", 248045), Bool("freeze_language_model", false),
        Bool("freeze_vision_model", false), Bool("freeze_vision_projection", false),
    ];

    /// <summary>The class of the dense models.</summary>
    internal static ProviderSchema Schema { get; } = ProviderSchema.Gpt.Derive(
        "megatron.bridge.models.qwen_vl.qwen35_vl_provider.Qwen35VLModelProvider",
        [.. Fields, IntOrNull("num_query_groups", 4), IntOrNull("linear_num_value_heads", 48), IntOrList("eos_token_id", 248044)]
    ).MadeOf(Qwen3Vision.In("vision_model."), LanguageModel.In("language_model.")).CompletedBy(Qwen3Vl.Complete);

    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3_5ForConditionalGeneration",
        ModelType     = "qwen3_5",
        TextConfig    = "text_config",
        Schema        = Schema,
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 248056, "tie_word_embeddings": false, "video_token_id": 248057,
              "vision_start_token_id": 248053, "vision_end_token_id": 248054,
              "text_config": {
                "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 256, "hidden_act": "silu",
                "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 12288, "layer_types": null,
                "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
                "linear_num_value_heads": 32, "linear_value_head_dim": 128, "max_position_embeddings": 32768,
                "model_type": "qwen3_5_text", "num_attention_heads": 16, "num_hidden_layers": 32,
                "num_key_value_heads": 4, "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06,
                "rope_parameters": null, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 248320
              },
              "vision_config": {
                "depth": 27, "dtype": null, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 1152, "in_channels": 3,
                "initializer_range": 0.02, "intermediate_size": 4304, "model_type": "qwen3_5_vision", "num_heads": 16,
                "num_position_embeddings": 2304, "out_hidden_size": 3584, "patch_size": 16, "spatial_merge_size": 2,
                "temporal_patch_size": 2
              }
            }
            """,
        ConfigMapping = DeltaNet.ConfigMapping,
        OuterMapping  = Qwen3Vl.OuterMapping,
        KeptConfigs   = [new("vision_config", "vision_config", "transformers.models.qwen3_5.configuration_qwen3_5.Qwen3_5VisionConfig")],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    = [.. Qwen3Vl.Vision, .. Qwen35.Family.Parameters.Inside()],
        Ignored       = [.. Qwen35.Family.Ignored.Inside()],
    };
    // csharpier-ignore-end

    /// <summary>The fields of all sizes.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        DeltaNet.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider["autocast_dtype"] = ConfigValue.Null;
    }

    /// <summary>The keys of a config.json of all sizes.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        Qwen35.ConfigureHf(LanguageConfig.At(hf, "text_config"), provider);
}
