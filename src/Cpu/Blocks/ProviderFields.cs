using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>Fields that only some provider classes have.</summary>
internal static class ProviderFields
{
    /// <summary>A number, or what is taken where the class has no such field or nothing is set.</summary>
    public static double NumberOr(this ModelProvider provider, string field, double otherwise) =>
        provider.Has(field) && provider[field] is { IsNull: false } value ? Number(field, value) : otherwise;

    /// <summary>A value that is a number.</summary>
    /// <exception cref="InvalidConfigException">It is none.</exception>
    public static double Number(string field, ConfigValue value) =>
        value switch
        {
            ConfigValue.Integer { Value: var whole } => (double)whole,
            ConfigValue.Number { Value: var number } => number,
            _ => throw new InvalidConfigException($"{field} must be a number, found {value}."),
        };

    /// <summary>
    /// The number that a list has for a layer, or null where there is no such list. The class need not have the field: upstream adds some to
    /// a provider.
    /// </summary>
    public static double? OfLayer(this ModelProvider provider, string field, int layer)
    {
        ConfigValue value = provider.Has(field)
            ? provider[field]
            : provider.Unknown.FirstOrDefault(kept => kept.Key == field).Value ?? ConfigValue.Null;
        return value is ConfigValue.List { Items: var items } && layer < items.Count && !items[layer].IsNull
            ? Number(field, items[layer])
            : null;
    }

    /// <summary>As many numbers as <paramref name="otherwise"/> has, which is taken where the class has no such field.</summary>
    /// <exception cref="InvalidConfigException">There are more or fewer.</exception>
    public static IReadOnlyList<float> NumbersOr(
        this ModelProvider provider,
        string field,
        IReadOnlyList<float> otherwise
    ) =>
        !provider.Has(field) ? otherwise
        : provider[field] is ConfigValue.List { Items: var items } && items.Count == otherwise.Count
            ? [.. items.Select(item => (float)Number(field, item))]
        : throw new InvalidConfigException($"{field} must be {otherwise.Count} numbers, found {provider[field]}.");

    /// <summary>True where the class has the field and it is set.</summary>
    public static bool IsOn(this ModelProvider provider, string field) =>
        provider.Has(field) && provider[field] == true;
}
