using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's LoRA.</summary>
internal static class LoRAFields
{
    public const string Target = "megatron.bridge.peft.lora.LoRA";

    /// <summary>The layers that are adapted where nothing else is said.</summary>
    public static ConfigValue DefaultTargets { get; } =
        ConfigValue.ListOf("linear_qkv", "linear_proj", "linear_fc1", "linear_fc2");

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        new("target_modules", FieldKind.Texts, false, DefaultTargets),
        new("exclude_modules", FieldKind.Texts, false, ConfigValue.ListOf()),
        Any("canonical_mapping", ConfigValue.MapOf()),
        Int("dim", 32),
        Int("alpha", 32),
        Float("dropout", 0.0),
        Choice("dropout_position", "pre", "pre", "post"),
        Bool("sequence_parallel_input_regather", false),
        Text("lora_A_init_method", "xavier"),
        Text("lora_B_init_method", "zero"),
        Bool("a2a_experimental", false),
        DTypeOrNull("lora_dtype"),
        Bool("normalize_moe_lora", false),
        Bool("share_expert_adapters", true),
        Bool("experts_shared_outer_loras", false),
    ];
}
