using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's GPTDatasetConfig.</summary>
internal static class GPTDatasetConfigFields
{
    public const string Target = "megatron.bridge.training.config.GPTDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", null, "single", "cyclic", "batch", "external"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        IntOrNull("random_seed"),
        Any("blend"),
        Any("blend_per_split"),
        BoolOrNull("multiple_validation_sets"),
        BoolOrNull("full_validation"),
        TextOrNull("split"),
        Any("split_matrix"),
        Int("num_dataset_builder_threads", 1),
        TextOrNull("path_to_cache"),
        Bool("mmap_bin_files", true),
        Bool("mock", false),
        Any("tokenizer"),
        Float("mid_level_dataset_surplus", 0.005),
        BoolOrNull("allow_ambiguous_pad_tokens", false),
        Bool("fast_cache_load", false),
        Bool("defer_npy_index_mmap", false),
        BoolOrNull("reset_position_ids"),
        BoolOrNull("reset_attention_mask"),
        BoolOrNull("eod_mask_loss"),
        Bool("create_attention_mask", true),
        Bool("drop_last_partial_validation_sequence", true),
        Bool("add_extra_token_to_sequence", true),
        TextOrNull("object_storage_cache_path"),
        Int("data_parallel_size", 1),
        Int("sequence_parallel_size", 0),
        Bool("hybrid_context_parallel", false),
        Any("sequences_per_dataset"),
        IntOrNull("token_dtype_code"),
        IntOrNull("context_parallel_size"),
        Bool("inter_document_masking", false),
        TextOrNull("sft_mock_dataset_config_json"),
        TextOrNull("varlen_mock_dataset_config_json"),
        Bool("varlen_sbhd_validation", false),
        IntOrNull("seq_length"),
        new("data_path", FieldKind.TextOrList, true, ConfigValue.Null),
        TextOrNull("per_dataset_sequences_path"),
    ];
}
