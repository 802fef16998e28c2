using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's NemotronOmniEnergonTaskEncoderConfig.</summary>
internal static class NemotronOmniEnergonTaskEncoderConfigFields
{
    public const string Target = "megatron.bridge.data.builders.energon.NemotronOmniEnergonTaskEncoderConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        TextOrNull("hf_processor_path"),
        FloatOrNull("max_audio_duration"),
        IntOrNull("num_mel_bins"),
        new("visual_keys", FieldKind.Texts, true, ConfigValue.Null),
        IntOrNull("temporal_patch_size"),
        FloatOrNull("video_fps"),
        IntOrNull("video_nframes"),
        BoolOrNull("use_temporal_video_embedder"),
        IntOrNull("patch_dim"),
        Bool("collapse_image_tokens", false),
        BoolOrNull("trust_remote_code"),
    ];
}
