using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's DoRA: the fields of its LoRA that are not for experts, parallel inputs and types.</summary>
internal static class DoRAFields
{
    public const string Target = "megatron.bridge.peft.dora.DoRA";

    private static readonly HashSet<string> OfLoRAOnly =
    [
        "sequence_parallel_input_regather",
        "a2a_experimental",
        "lora_dtype",
        "normalize_moe_lora",
        "share_expert_adapters",
        "experts_shared_outer_loras",
    ];

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        .. LoRAFields
            .All.Where(field => !OfLoRAOnly.Contains(field.Name))
            .Select(field => field.Name == "alpha" ? Int("alpha", 64) : field),
    ];
}
