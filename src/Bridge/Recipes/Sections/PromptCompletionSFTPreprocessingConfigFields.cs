using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's PromptCompletionSFTPreprocessingConfig.</summary>
internal static class PromptCompletionSFTPreprocessingConfigFields
{
    public const string Target = "megatron.bridge.data.sft_processing.PromptCompletionSFTPreprocessingConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Text("prompt_column", "prompt"),
        Text("completion_column", "completion"),
        Text("prompt_template", "{prompt}"),
        Text("separator", ""),
        Choice("loss_mode", "completion", "completion", "full"),
        Bool("strip_whitespace", true),
        Bool("add_bos", false),
        Bool("add_sep", false),
        Bool("add_eos", true),
        Choice("truncation_method", "right", "left", "right"),
    ];
}
