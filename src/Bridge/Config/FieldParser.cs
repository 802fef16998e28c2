using System.Globalization;
using System.Numerics;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>Checks and reads the values of provider fields by their kind.</summary>
internal static class FieldParser
{
    private static readonly string[] AttentionBackends = ["flash", "fused", "unfused", "local", "auto"];

    /// <summary>True when a value that is not null may stand in the field.</summary>
    public static bool Fits(ProviderField field, ConfigValue value) =>
        field.Kind switch
        {
            FieldKind.Integer => value is ConfigValue.Integer,
            FieldKind.Number => IsNumber(value),
            FieldKind.Flag => value is ConfigValue.Flag,
            FieldKind.Text => value is ConfigValue.Text,
            FieldKind.DType => Targets.Of(value)?.StartsWith("torch.", StringComparison.Ordinal) == true,
            FieldKind.Label => Targets.Of(value) is not null,
            FieldKind.Integers => IsListOf(value, item => item is ConfigValue.Integer),
            FieldKind.Texts => IsListOf(value, item => item is ConfigValue.Text),
            // To Python flags are whole numbers.
            FieldKind.IntegerOrList => value is ConfigValue.Integer
                || IsListOf(value, item => item is ConfigValue.Integer or ConfigValue.Flag),
            FieldKind.NumberOrList => IsNumber(value) || IsListOf(value, IsNumber),
            FieldKind.TextOrList => value is ConfigValue.Text || IsListOf(value, item => item is ConfigValue.Text),
            _ => true,
        };

    /// <summary>What may stand in the field, for messages.</summary>
    public static string Describe(ProviderField field) =>
        field switch
        {
            { Choices.Count: > 0 } => $"one of {string.Join(", ", field.Choices)}",
            { Name: "activation_func" } => $"one of {ActivationMap.Known}",
            { Name: "attention_backend" } => $"one of {string.Join(", ", AttentionBackends)}",
            _ => field.Kind switch
            {
                FieldKind.Integer => "a whole number",
                FieldKind.Number => "a number",
                FieldKind.Flag => "true or false",
                FieldKind.Text => "a text",
                FieldKind.DType => $"one of {DTypeNames.Known}",
                FieldKind.Label => "a function, class or enum member (a map with _target_), which text cannot name",
                FieldKind.Integers => "a list of whole numbers",
                FieldKind.Texts => "a list of texts",
                FieldKind.IntegerOrList => "a whole number or a list of them",
                FieldKind.NumberOrList => "a number or a list of them",
                FieldKind.TextOrList => "a text or a list of them",
                _ => "anything",
            },
        } + (field.Nullable ? ", or null" : "");

    /// <summary>The value that a text means in the field.</summary>
    /// <exception cref="InvalidConfigException">The text is not of the field's kind.</exception>
    public static ConfigValue Parse(ProviderField field, string text)
    {
        ConfigValue? value = text is "null" or "None"
            ? field.Nullable
                ? ConfigValue.Null
                : null
            : ParseByKind(field, text.Trim());
        return value ?? throw new InvalidConfigException($"{field.Name} must be {Describe(field)}, found \"{text}\".");
    }

    private static ConfigValue? ParseByKind(ProviderField field, string text) =>
        field.Kind switch
        {
            FieldKind.Text => field.Choices.Count == 0 || field.Choices.Contains(text) ? (ConfigValue)text : null,
            FieldKind.DType => DTypeNames.Parse(text) is { } dtype
                ? Targets.DType(Storage.Tensors.DTypes.TorchName(dtype))
                : null,
            FieldKind.Label => ParseLabel(field.Name, text),
            FieldKind.Integers or FieldKind.Texts => ParseList(field, text),
            FieldKind.IntegerOrList
            or FieldKind.NumberOrList
            or FieldKind.TextOrList
            or FieldKind.Any when text.StartsWith('[') => ParseList(field, text),
            _ => ParseScalar(field, text),
        };

    private static ConfigValue? ParseScalar(ProviderField field, string text)
    {
        ConfigValue value = text switch
        {
            "true" or "True" => true,
            "false" or "False" => false,
            _ when text.Length < 100
                    && BigInteger.TryParse(
                        text,
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out BigInteger integer
                    ) => new ConfigValue.Integer(integer),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => text,
        };
        return Fits(field, value) ? value : null;
    }

    private static ConfigValue? ParseList(ProviderField field, string text)
    {
        string inner = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        ProviderField item = new(field.Name, FieldKind.Any, true, ConfigValue.Null);
        ConfigValue list = ConfigValue.ListOf(
            inner
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(part => ParseScalar(item, part)!)
        );
        return Fits(field, list) ? list : null;
    }

    private static ConfigValue? ParseLabel(string name, string text) =>
        name switch
        {
            "activation_func" => ActivationMap.ToMegatron(text),
            "attention_backend" when Array.IndexOf(AttentionBackends, text) is >= 0 and var index => Targets.Member(
                Targets.Of(Targets.AttentionAuto)!,
                index + 1,
                text
            ),
            _ => null,
        };

    private static bool IsNumber(ConfigValue value) => value is ConfigValue.Integer or ConfigValue.Number;

    private static bool IsListOf(ConfigValue value, Func<ConfigValue, bool> fits) =>
        value is ConfigValue.List list && list.Items.All(fits);
}
