using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's VLMLoRA, a LoRA that also says which parts of the model are frozen.</summary>
internal static class VLMLoRAFields
{
    public const string Target = "megatron.bridge.peft.lora.VLMLoRA";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        .. LoRAFields.All,
        Bool("freeze_vision_model", true),
        Bool("freeze_vision_projection", true),
        Bool("freeze_language_model", true),
    ];
}
