using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's EnergonDatasetConfig.</summary>
internal static class EnergonDatasetConfigFields
{
    public const string Target = "megatron.bridge.data.builders.energon.EnergonDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", "external", "external"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        TextOrNull("path"),
        IntOrNull("seq_length"),
        IntOrNull("micro_batch_size"),
        Any("task_encoder"),
        Bool("do_validation", true),
        Bool("do_test", false),
        IntOrNull("num_val_workers"),
        Int("shuffle_buffer_size", 100),
        IntOrNull("max_samples_per_sequence"),
        IntOrNull("packing_buffer_size"),
        Any("dataset_kwargs", ConfigValue.MapOf()),
        Bool("enable_in_batch_packing", false),
        Bool("defer_in_batch_packing_to_step", false),
        Bool("pad_to_max_length", false),
        Int("pad_to_multiple_of", 128),
        Int("in_batch_packing_pad_to_multiple_of", 1),
    ];
}
