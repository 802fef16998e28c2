namespace MegatronBridge.Config.Schema;

/// <summary>A field of a provider: upstream's name, what it may hold, and what it holds when nothing is said.</summary>
public sealed record ProviderField(string Name, FieldKind Kind, bool Nullable, ConfigValue Default)
{
    /// <summary>The only texts allowed; empty when any is.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    internal static ProviderField Int(string name, long value) => new(name, FieldKind.Integer, false, value);

    internal static ProviderField IntOrNull(string name, long? value = null) =>
        new(name, FieldKind.Integer, true, value is { } number ? number : ConfigValue.Null);

    // Python's defaults of float fields are sometimes whole numbers, and are written so.
    internal static ProviderField Float(string name, ConfigValue value) => new(name, FieldKind.Number, false, value);

    internal static ProviderField FloatOrNull(string name, ConfigValue? value = null) =>
        new(name, FieldKind.Number, true, value ?? ConfigValue.Null);

    internal static ProviderField Bool(string name, bool value) => new(name, FieldKind.Flag, false, value);

    internal static ProviderField BoolOrNull(string name, bool? value = null) =>
        new(name, FieldKind.Flag, true, value is { } flag ? flag : ConfigValue.Null);

    internal static ProviderField Text(string name, string value) => new(name, FieldKind.Text, false, value);

    internal static ProviderField TextOrNull(string name, string? value = null) =>
        new(name, FieldKind.Text, true, value);

    internal static ProviderField Choice(string name, string value, params string[] choices) =>
        new(name, FieldKind.Text, false, value) { Choices = choices };

    internal static ProviderField ChoiceOrNull(string name, string? value, params string[] choices) =>
        new(name, FieldKind.Text, true, value) { Choices = choices };

    internal static ProviderField DType(string name, string torchName) =>
        new(name, FieldKind.DType, false, Targets.DType(torchName));

    internal static ProviderField DTypeOrNull(string name, string? torchName = null) =>
        new(name, FieldKind.DType, true, torchName is null ? ConfigValue.Null : Targets.DType(torchName));

    internal static ProviderField Label(string name, ConfigValue? value = null) =>
        new(name, FieldKind.Label, value is null, value ?? ConfigValue.Null);

    internal static ProviderField IntList(string name, params long[] value) =>
        new(
            name,
            FieldKind.Integers,
            true,
            value.Length == 0 ? ConfigValue.Null : ConfigValue.ListOf(value.Select(item => (ConfigValue)item))
        );

    internal static ProviderField TextList(string name, params IEnumerable<string> values) =>
        new(name, FieldKind.Texts, true, ConfigValue.ListOf(values.Select(value => (ConfigValue)value)));

    internal static ProviderField TextListOrNull(string name) => new(name, FieldKind.Texts, true, ConfigValue.Null);

    internal static ProviderField IntOrList(string name, long? value = null) =>
        new(name, FieldKind.IntegerOrList, value is null, value is { } number ? number : ConfigValue.Null);

    internal static ProviderField FloatOrList(string name, ConfigValue value) =>
        new(name, FieldKind.NumberOrList, false, value);

    internal static ProviderField TextOrList(string name, string? value = null) =>
        new(name, FieldKind.TextOrList, value is null, value);

    internal static ProviderField Any(string name, ConfigValue? value = null) =>
        new(name, FieldKind.Any, true, value ?? ConfigValue.Null);
}
