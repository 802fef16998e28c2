using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's MockVLMSFTDatasetConfig.</summary>
internal static class MockVLMSFTDatasetConfigFields
{
    public const string Target = "megatron.bridge.data.builders.mock_vlm_sft.MockVLMSFTDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", "single", "single", "cyclic"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        IntOrNull("seq_length"),
        TextOrNull("hf_processor_path"),
        Text("prompt", "Describe this image."),
        Int("random_seed", 0),
        new("image_size", FieldKind.Integers, false, ConfigValue.ListOf(256L, 256L)),
        Int("num_images", 1),
        Int("num_base_examples", 1000),
        Bool("skip_getting_attention_mask_from_dataset", true),
        Bool("enable_in_batch_packing", false),
        Bool("defer_in_batch_packing_to_step", false),
        Bool("pad_to_max_length", false),
        Int("pad_to_multiple_of", 128),
        Int("in_batch_packing_pad_to_multiple_of", 1),
    ];
}
