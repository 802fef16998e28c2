using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's DoRA.</summary>
internal static class DoRAFields
{
    public const string Target = "megatron.bridge.peft.dora.DoRA";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        new(
            "target_modules",
            FieldKind.Texts,
            false,
            ConfigValue.ListOf("linear_qkv", "linear_proj", "linear_fc1", "linear_fc2")
        ),
        new("exclude_modules", FieldKind.Texts, false, ConfigValue.ListOf()),
        Any("canonical_mapping", ConfigValue.MapOf()),
        Int("dim", 32),
        Int("alpha", 64),
        Float("dropout", 0.0),
        Choice("dropout_position", "pre", "pre", "post"),
        Text("lora_A_init_method", "xavier"),
        Text("lora_B_init_method", "zero"),
    ];
}
