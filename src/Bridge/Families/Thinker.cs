using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// What Qwen's omni models share: the part that thinks, which sees, hears and writes. Megatron has no place for the parts that speak; their
/// tensors are left out on import, and on export they come from the original model.
/// </summary>
internal static class Thinker
{
    private const string Reason = "Megatron has only the part of the model that thinks, not the one that speaks";

    // csharpier-ignore-start

    /// <summary>Fields that the providers' classes have in common.</summary>
    public static IReadOnlyList<ProviderField> Fields { get; } =
    [
        Any("thinker_config"), Choice("position_embedding_type", "mrope", "learned_absolute", "rope", "yarn", "mrope", "none"),
        Bool("gated_linear_unit", true), Text("normalization", "RMSNorm"), Float("hidden_dropout", 0.0),
        Bool("add_bias_linear", false), Bool("apply_rotary_pos_emb_in_fp32", false), Int("audio_token_id", 151646),
        Int("audio_start_token_id", 151647), Bool("scatter_embedding_sequence_parallel", false),
        Bool("freeze_language_model", false), Bool("freeze_audio_model", false), Int("language_max_sequence_length", 2048),
        Bool("masked_softmax_fusion", false),
    ];

    /// <summary>Fields of those that see, too.</summary>
    public static IReadOnlyList<ProviderField> SeeingFields { get; } =
    [
        Any("talker_config"), Int("image_token_id", 151655), Int("video_token_id", 151656), Int("vision_start_token_id", 151652),
        Int("vision_end_token_id", 151653), Int("audio_end_token_id", 151648), IntOrList("bos_token_id", 151643),
        IntOrList("eos_token_id", 151645), Int("spatial_merge_size", 2), Int("temporal_patch_size", 2),
        Int("position_id_per_seconds", 25), Int("seconds_per_chunk", 2), Bool("freeze_vision_model", false),
    ];

    /// <summary>Fields of the dense ones.</summary>
    public static IReadOnlyList<ProviderField> DenseFields { get; } =
    [
        Bool("attention_softmax_in_fp32", true), Float("attention_dropout", 0.0), Bool("persist_layer_norm", true),
        Bool("bias_activation_fusion", true), Bool("bias_dropout_fusion", true), Bool("deallocate_pipeline_outputs", true),
        Bool("async_tensor_model_parallel_allreduce", true), Bool("distribute_saved_activations", false),
        Text("cp_comm_type", "p2p"), Bool("gradient_accumulation_fusion", false),
    ];
    // csharpier-ignore-end

    /// <summary>The rows of a language model that thinks.</summary>
    public static IEnumerable<ParameterMapping> Inside(IEnumerable<ParameterMapping> rows) =>
        rows.Inside("thinker.language_model.", "thinker.model.", "thinker.");

    /// <summary>What may be left out of a model whose parts that speak have names that begin so.</summary>
    public static IReadOnlyList<IgnoredTensor> Ignored(params IEnumerable<string> speaking) =>
        [
            .. Decoder.Ignored.Inside("thinker.model.", "thinker."),
            .. speaking.Select(prefix => new IgnoredTensor(prefix + "**", Reason)),
        ];

    /// <summary>Sets fields that a config may have under the same name.</summary>
    public static void Take(ModelProvider provider, HfConfig config, params IEnumerable<string> fields)
    {
        foreach (string field in fields.Where(config.IsSet))
        {
            provider[field] = config.Value(field);
        }
    }
}
