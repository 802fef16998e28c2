using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's Step37Flickr8kSFTDataProvider.</summary>
internal static class Step37Flickr8kSFTDataProviderFields
{
    public const string Target = "megatron.bridge.models.stepfun.data.flickr8k.provider.Step37Flickr8kSFTDataProvider";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        ChoiceOrNull("dataloader_type", "single", "single", "cyclic", "external"),
        Int("num_workers", 2),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        TextOrNull("tokenizer_path"),
        Text("repo_id", "intro/flickr8k"),
        Text("split", "train"),
        IntOrNull("sample_count", 8),
        Text("caption_key", "caption_0"),
        Text("cache_dir", ".cache/step37_flickr8k"),
        Text("prompt", "Describe this image in one sentence."),
        Int("image_token_count", 169),
        Int("patch_token_count", 81),
        Text("image_token", "<im_patch>"),
        Text("image_start_token", "<im_start>"),
        Text("image_end_token", "<im_end>"),
        Text("patch_start_token", "<patch_start>"),
        Text("patch_end_token", "<patch_end>"),
        Int("max_packing_seqlen", 2048),
        Int("seqlen_divisible_by", 64),
        Choice("oversize_policy", "drop", "drop", "extend"),
        Choice("dataset_sampling", "random", "sequential", "random"),
        IntOrNull("fixed_pack_idx"),
        Int("img_start_token_id", -1),
        Int("patch_start_token_id", -1),
        Int("image_size", 728),
        Int("patch_image_size", 504),
        Int("encoder_patch_size", 14),
        Int("seq_length", 2048),
        Bool("skip_getting_attention_mask_from_dataset", true),
        Any("global_data_keys", ConfigValue.ListOf("cu_seqlens", "position_id")),
    ];
}
