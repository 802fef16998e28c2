using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>A decoder as upstream's newer class has it in files: what the builder takes, and the fields of the transformer in a map of their own.</summary>
internal static class BuilderSection
{
    /// <summary>The class, without its module.</summary>
    public const string Name = "BridgeGPTModelConfig";

    internal const string BuilderKey = "_builder_";
    private const string MetadataKey = "extra_checkpoint_metadata";
    private const string Target = "megatron.bridge.models.gpt.model_config.BridgeGPTModelConfig";
    private const string Builder = "megatron.bridge.models.gpt.gpt_builder.GPTModelBuilder";
    private const string Transformer = "megatron.bridge.models.transformer_config.TransformerConfig";

    // The builder's own fields.
    private static readonly string[] Outer =
    [
        "fp16_lm_cross_entropy",
        "logit_dtype",
        "make_vocab_size_divisible_by",
        "parallel_output",
        "position_embedding_type",
        "restore_modelopt_state",
        "rope_scaling",
        "rope_scaling_factor",
        "rotary_base",
        "rotary_percent",
        "scatter_embedding_sequence_parallel",
        "seq_len_interpolation_factor",
        "seq_length",
        "share_embeddings_and_output_weights",
        "should_pad_vocab",
        "tp_comm_overlap_cfg",
        "transformer_layer_spec",
        "use_arbitrary_attention_mask",
        "vocab_size",
    ];

    /// <summary>True when a map is of the kind.</summary>
    public static bool Is(ConfigValue.Map model) => model.Find(BuilderKey) is not null;

    /// <summary>The map of a model.</summary>
    public static ConfigValue.Map Write(ModelProvider model) =>
        ConfigValue.MapOf([
            (Targets.Key, Target),
            (BuilderKey, Builder),
            (MetadataKey, Metadata(model)),
            .. Outer.Select(field => (field, OuterValue(model, field))),
            (
                "transformer",
                ConfigValue.MapOf([
                    (Targets.Key, Transformer),
                    .. TransformerFields.All.Select(field => (field.Name, Inner(field.Name, model[field.Name]))),
                ])
            ),
        ]);

    /// <summary>True for the layers of a GPT model, which the builder knows without being told.</summary>
    public static bool Knows(string field) => field == "transformer_layer_spec";

    private static ConfigValue OuterValue(ModelProvider model, string field) =>
        !model.Has(field) ? Kept(model, field)
        : Knows(field) && model[field] == model.Schema.Field(field)!.Default ? ConfigValue.Null
        : model[field];

    private static ConfigValue Inner(string field, ConfigValue value) =>
        field == "activation_func" && ActivationMap.ToHf(value) is { } name ? name : value;

    private static ConfigValue Metadata(ModelProvider model) =>
        Kept(model, MetadataKey) is ConfigValue.Map kept ? kept
        : model.HfModelId is { } id ? ConfigValue.MapOf(("hf_model_id", id))
        : ConfigValue.Null;

    private static ConfigValue Kept(ModelProvider model, string field) =>
        model.Unknown.FirstOrDefault(unknown => unknown.Key == field).Value ?? ConfigValue.Null;
}
