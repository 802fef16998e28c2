using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's QwenVLEnergonTaskEncoderConfig.</summary>
internal static class QwenVLEnergonTaskEncoderConfigFields
{
    public const string Target = "megatron.bridge.data.builders.energon.QwenVLEnergonTaskEncoderConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        TextOrNull("hf_processor_path"),
        TextOrNull("hf_processor_revision"),
        Int("temporal_patch_size", 2),
        Int("spatial_merge_size", 2),
        Int("patch_size", 14),
        Int("min_pixels", 200704),
        Int("max_pixels", 1003520),
        IntOrNull("max_num_images", 10),
        IntOrNull("max_num_frames", 60),
        IntOrNull("max_visual_tokens", 16384),
        BoolOrNull("trust_remote_code"),
    ];
}
