using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's PackedSequenceSpecs.</summary>
internal static class PackedSequenceSpecsFields
{
    public const string Target = "megatron.bridge.data.packing.config.PackedSequenceSpecs";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Int("packed_sequence_size", -1),
        IntOrNull("max_single_sequence_length"),
        TextOrNull("tokenizer_model_name"),
        Int("num_tokenizer_workers", -1),
        TextOrNull("packed_train_data_path"),
        TextOrNull("packed_val_data_path"),
        TextOrNull("packed_metadata_path"),
        Bool("pad_cu_seqlens", false),
        IntOrNull("pad_seq_to_mult", 1),
    ];
}
