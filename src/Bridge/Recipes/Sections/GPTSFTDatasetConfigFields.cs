using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's GPTSFTDatasetConfig.</summary>
internal static class GPTSFTDatasetConfigFields
{
    public const string Target = "megatron.bridge.data.builders.gpt_sft.GPTSFTDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", "batch", "single", "cyclic", "batch", "external"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        IntOrNull("seq_length"),
        TextOrNull("dataset_root"),
        Any("hf_dataset"),
        Any("hf_validation_dataset"),
        Any("hf_test_dataset"),
        TextOrNull("hf_output_root"),
        FloatOrNull("hf_validation_proportion"),
        Bool("hf_rewrite", false),
        Int("seed", 1234),
        Int("memmap_workers", 1),
        IntOrNull("max_train_samples"),
        Any("preprocessing"),
        Bool("enable_offline_packing", false),
        Any("offline_packing_specs"),
        Any("dataset_kwargs"),
        Bool("do_validation", true),
        Bool("do_test", true),
    ];
}
