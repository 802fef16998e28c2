using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3-VL: Qwen3 behind a tower that Megatron builds itself.</summary>
public static class Qwen3Vl
{
    private const string Classes = "transformers.models.qwen3_vl.configuration_qwen3_vl.";

    private static readonly ConfigValue DistTrain = ConfigValue.MapOf([
        (Targets.Key, "megatron.bridge.models.qwen_vl.qwen3_vl_provider.DistTrainConfig"),
        ("language_world_size", ConfigValue.Null),
        ("use_dist_train", false),
        ("vision_context_parallel_size", ConfigValue.Null),
        ("vision_expert_model_parallel_size", ConfigValue.Null),
        ("vision_expert_tensor_parallel_size", ConfigValue.Null),
        ("vision_pipeline_model_parallel_size", ConfigValue.Null),
        ("vision_tensor_model_parallel_size", ConfigValue.Null),
        ("vision_to_llm_dp_ratio", ConfigValue.Null),
        ("vision_world_size", ConfigValue.Null),
    ]);

    // csharpier-ignore-start

    /// <summary>The tower, which Qwen3.5 has too.</summary>
    internal static IReadOnlyList<ParameterMapping> Vision { get; } =
    [
        new Same(           "vision_model.patch_embed.proj.**",                                           "model.visual.patch_embed.proj.**"),
        new Same(           "vision_model.pos_embed.weight",                                              "model.visual.pos_embed.weight"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_qkv.layer_norm_weight",  "model.visual.blocks.*.norm1.weight"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_qkv.layer_norm_bias",    "model.visual.blocks.*.norm1.bias"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.weight",             "model.visual.blocks.*.attn.qkv.weight"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.bias",               "model.visual.blocks.*.attn.qkv.bias"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_proj.**",                "model.visual.blocks.*.attn.proj.**"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.layer_norm_weight",             "model.visual.blocks.*.norm2.weight"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.layer_norm_bias",               "model.visual.blocks.*.norm2.bias"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.**",                            "model.visual.blocks.*.mlp.linear_fc1.**"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc2.**",                            "model.visual.blocks.*.mlp.linear_fc2.**"),
        new Same(           "vision_model.decoder.deepstack_merger_list.*.patch_norm.**",                 "model.visual.deepstack_merger_list.*.norm.**"),
        new Same(           "vision_model.decoder.deepstack_merger_list.*.linear_fc1.**",                 "model.visual.deepstack_merger_list.*.linear_fc1.**"),
        new Same(           "vision_model.decoder.deepstack_merger_list.*.linear_fc2.**",                 "model.visual.deepstack_merger_list.*.linear_fc2.**"),
        new Same(           "vision_model.merger.patch_norm.**",                                          "model.visual.merger.norm.**"),
        new Same(           "vision_model.merger.linear_fc1.**",                                          "model.visual.merger.linear_fc1.**"),
        new Same(           "vision_model.merger.linear_fc2.**",                                          "model.visual.merger.linear_fc2.**"),
    ];

    /// <summary>Fields that the classes of Qwen3-VL and Qwen3.5 have in common.</summary>
    internal static IReadOnlyList<ProviderField> Fields { get; } =
    [
        Any("vision_config"), Choice("position_embedding_type", "mrope", "learned_absolute", "rope", "yarn", "mrope", "none"),
        Float("attention_dropout", 0.0), Bool("attention_softmax_in_fp32", true), Bool("qk_layernorm", true),
        Bool("apply_rotary_pos_emb_in_fp32", false), Int("patch_size", 16), Int("temporal_patch_size", 2),
        Int("spatial_merge_size", 2), Int("language_max_sequence_length", 2048),
        Bool("scatter_embedding_sequence_parallel", false), Bool("use_hf_vision_model", false),
        Bool("vision_dp_when_cp", false), Bool("bias_activation_fusion", true),
    ];

    /// <summary>What the class of Qwen3-VL has of its own, with experts or without.</summary>
    internal static IReadOnlyList<ProviderField> Qwen3Fields { get; } =
    [
        .. Fields,
        Any("hf_text_config"), IntList("mrope_section", 24, 20, 20), Float("rotary_base", 5000000.0),
        IntList("deepstack_visual_indexes", 8, 16, 24), Int("image_token_id", 151655), Int("video_token_id", 151656),
        Int("vision_start_token_id", 151652), Int("vision_end_token_id", 151653), IntOrList("bos_token_id", 151643),
        IntOrList("eos_token_id", 151645), Bool("add_encoder", true), Bool("add_decoder", true),
        Any("dist_train", DistTrain), Text("vision_cuda_graph_impl", "none"), TextList("vision_cuda_graph_scope"),
        IntOrNull("max_vision_cuda_graph_seq_length"),
    ];

    /// <summary>The token numbers, and what tells whether the embeddings are tied: not in the language model's config.</summary>
    internal static ConfigMapping OuterMapping { get; } = ConfigMapping.Empty.With([
        ("tie_word_embeddings",      "share_embeddings_and_output_weights"),
        ("text_config.bos_token_id", "bos_token_id"),
        ("text_config.eos_token_id", "eos_token_id"),
        ("vision_start_token_id",    "vision_start_token_id"),
        ("vision_end_token_id",      "vision_end_token_id"),
        ("image_token_id",           "image_token_id"),
        ("video_token_id",           "video_token_id"),
    ]);

    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3VLForConditionalGeneration",
        ModelType     = "qwen3_vl",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_vl.qwen3_vl_provider.Qwen3VLModelProvider",
            [
                .. Qwen3Fields, Int("in_channels", 3), Int("num_position_embeddings", 2304), Int("out_hidden_size", 2304),
                Bool("apply_rope_fusion", false), Bool("freeze_language_model", false), Bool("freeze_vision_model", false),
                Bool("freeze_vision_projection", false),
            ]
        ).MadeOf(Qwen3Vision.In("vision_model."), LanguageModel.In("language_model.")).CompletedBy(Complete),
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 151655, "tie_word_embeddings": false, "video_token_id": 151656,
              "vision_start_token_id": 151652, "vision_end_token_id": 151653,
              "text_config": {
                "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu",
                "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 22016,
                "max_position_embeddings": 128000, "model_type": "qwen3_vl_text", "num_attention_heads": 32,
                "num_hidden_layers": 32, "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "rope_parameters": null,
                "use_cache": true, "vocab_size": 151936
              },
              "vision_config": {
                "deepstack_visual_indexes": [8, 16, 24], "depth": 27, "dtype": null, "hidden_act": "gelu_pytorch_tanh",
                "hidden_size": 1152, "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 4304,
                "model_type": "qwen3_vl_vision", "num_heads": 16, "num_position_embeddings": 2304,
                "out_hidden_size": 3584, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2
              }
            }
            """,
        OuterMapping  = OuterMapping,
        KeptConfigs   =
        [
            new("vision_config", "vision_config", Classes + "Qwen3VLVisionConfig"),
            new("text_config", "hf_text_config", Classes + "Qwen3VLTextConfig"),
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    = [.. Vision, .. Qwen3.Family.Parameters.Inside(), .. Decoder.QkvBias.Inside()],
        Ignored       = [.. Decoder.Ignored.Inside()],
    };
    // csharpier-ignore-end

    /// <summary>What the class does with context parallelism.</summary>
    internal static void Complete(ModelProvider provider)
    {
        if (provider.ContextParallelSize > 1)
        {
            provider["calculate_per_token_loss"] = true;
        }
    }

    /// <summary>Sets the sections of the rotary embedding, whose channels alternate.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        LanguageConfig.At(hf, "text_config")[RopeConfig.Key]!["mrope_interleaved"] = true;

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Qwen3.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider["autocast_dtype"] = ConfigValue.Null;
    }
}
