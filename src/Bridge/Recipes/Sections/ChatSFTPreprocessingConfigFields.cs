using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's ChatSFTPreprocessingConfig.</summary>
internal static class ChatSFTPreprocessingConfigFields
{
    public const string Target = "megatron.bridge.data.sft_processing.ChatSFTPreprocessingConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [Choice("loss_mode", "assistant", "assistant", "last_turn", "full")];
}
