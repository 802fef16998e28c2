using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's DirectHFSFTDatasetConfig.</summary>
internal static class DirectHFSFTDatasetConfigFields
{
    public const string Target = "megatron.bridge.data.builders.direct_hf_sft.DirectHFSFTDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", "cyclic", "single", "cyclic", "batch", "external"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        IntOrNull("seq_length"),
        Any("source"),
        Any("source_weights"),
        Int("blend_seed", 1234),
        Any("validation_source"),
        Any("test_source"),
        Any(
            "preprocessing",
            SectionSchema.DefaultsOf(ChatSFTPreprocessingConfigFields.Target, ChatSFTPreprocessingConfigFields.All)
        ),
        TextOrNull("hf_processor_path"),
        Any("hf_processor_kwargs"),
        Bool("do_validation", true),
        Bool("do_test", true),
        Bool("skip_getting_attention_mask_from_dataset", true),
        Bool("enable_in_batch_packing", false),
        Bool("defer_in_batch_packing_to_step", false),
        Bool("pad_to_max_length", false),
        Int("pad_to_multiple_of", 128),
        Int("in_batch_packing_pad_to_multiple_of", 1),
    ];
}
