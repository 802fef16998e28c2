using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Recipes.Rules;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes;

/// <summary>Sets a value somewhere inside a section, by the kind that upstream's class gives it.</summary>
internal static class ConfigPath
{
    private static readonly ProviderField AnyField = ProviderField.Any("value");

    /// <summary>The section with the value at <paramref name="path"/> replaced by what <paramref name="text"/> means there.</summary>
    /// <param name="section">The section, or null for one that is not there yet.</param>
    /// <param name="name">The dotted name of the section, for messages.</param>
    /// <param name="path">The names inside it; <c>_target_</c> makes it an object of another class, with that class's defaults.</param>
    /// <param name="text">The value.</param>
    /// <exception cref="InvalidConfigException">There is no such name, or the text is of another kind.</exception>
    public static ConfigValue.Map Set(ConfigValue section, string name, ReadOnlySpan<string> path, string text)
    {
        string key = path[0];
        if (key == Targets.Key && path.Length == 1)
        {
            return SectionSchemas.Find(text)?.Defaults ?? throw NoClass(name, text);
        }

        if (section is not ConfigValue.Map map)
        {
            throw new InvalidConfigException(
                section.IsNull
                    ? $"{name} is null here, so it has no {key}. Set {name}.{Targets.Key} to a class first."
                    : $"{name} is {section}, which has no {key}."
            );
        }

        SectionSchema? schema = SectionSchemas.Find(Targets.Of(map));
        if (map.Find(key) is not { } old)
        {
            return schema is null && Targets.Of(map) is null && path.Length == 1
                ? map.With(key, Parse(AnyField, text))
                : throw NoField(name, key, map);
        }

        return path.Length > 1
            ? map.With(key, Set(old, $"{name}.{key}", path[1..], text))
            : map.With(
                key,
                ParseIn(
                    $"{name}.{key}",
                    schema?.Field(key) ?? DevelopmentSections.Field(name, key) ?? Like(map, old),
                    text
                )
            );
    }

    // In an object of a class that is not known here, a value stays of its kind.
    private static ProviderField Like(ConfigValue.Map map, ConfigValue old) =>
        Targets.Of(map) is null || SectionSchemas.Find(Targets.Of(map)) is not null
            ? AnyField
            : old switch
            {
                ConfigValue.Flag => AnyField with { Kind = FieldKind.Flag },
                ConfigValue.Integer or ConfigValue.Number => AnyField with { Kind = FieldKind.Number },
                ConfigValue.Text => AnyField with { Kind = FieldKind.Text },
                _ => AnyField,
            };

    /// <summary>A whole section from a text: null, or where that is upstream's way a name such as <c>bf16_mixed</c>.</summary>
    /// <exception cref="InvalidConfigException">The section is no such.</exception>
    public static ConfigValue Whole(ConfigValue section, string name, string text) =>
        text == "null" ? ConfigValue.Null
        : name == "mixed_precision" ? Precision(text)
        : text is ['{', ..] && Targets.Of(section) is null ? Parse(AnyField, text)
        : throw new InvalidConfigException(
            $"{name} is a section: set one of its fields, {name}.FIELD, not \"{text}\"."
        );

    private static ConfigValue Precision(string name) =>
        PrecisionNames.Find(name) is not null ? name : throw new InvalidConfigException(PrecisionNames.Unknown(name));

    /// <summary>The value that a text means in a field. Maps, and lists that are not plain, are told as JSON.</summary>
    /// <exception cref="InvalidConfigException">The text is of another kind.</exception>
    public static ConfigValue Parse(ProviderField field, string text)
    {
        if (text.Contains("${", StringComparison.Ordinal))
        {
            throw new InvalidConfigException(
                $"{field.Name}: references are not followed; say the value instead of \"{text}\"."
            );
        }

        if (OverrideReader.Unquoted(text) is { } inner)
        {
            return field.Kind is FieldKind.DType or FieldKind.Label
                ? FieldParser.Parse(field, inner)
                : Fitting(field, inner, text);
        }

        if (text is ['{' or '[', ..])
        {
            return Fitting(field, Json(text) ?? OverrideReader.Read(text), text);
        }

        if (text.Length > 0 && string.IsNullOrWhiteSpace(text))
        {
            return Fitting(field, text, text); // a separator, which reading would trim
        }

        // Other spellings of numbers, flags and null than .NET's.
        return
            OverrideReader.Word(text) is not ConfigValue.Text and { IsNull: false } word
            && FieldParser.Fits(field, word)
            ? word
            : FieldParser.Parse(field, text.Equals("null", StringComparison.OrdinalIgnoreCase) ? "null" : text);
    }

    private static ConfigValue Fitting(ProviderField field, ConfigValue? value, string text) =>
        value is not null
        && FieldParser.Fits(field, value)
        && (
            field.Choices.Count == 0
            || value is not ConfigValue.Text { Value: var said }
            || field.Choices.Contains(said)
        )
            ? value
            : throw new InvalidConfigException($"{field.Name} must be {FieldParser.Describe(field)}, found {text}.");

    private static ConfigValue? Json(string text)
    {
        try
        {
            return ConfigValue.FromJson(JsonNode.Parse(text));
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // a key twice
        {
            return null;
        }
    }

    private static ConfigValue ParseIn(string name, ProviderField field, string text)
    {
        try
        {
            return Parse(field, text);
        }
        catch (InvalidConfigException) when (!text.Contains("${", StringComparison.Ordinal))
        {
            throw new InvalidConfigException($"{name} must be {FieldParser.Describe(field)}, found \"{text}\".");
        }
    }

    private static InvalidConfigException NoField(string name, string key, ConfigValue.Map map) =>
        new(
            $"{name} has no field \"{key}\". Did you mean \"{name}.{Spelling.Nearest(key, map.Entries.Select(entry => $"{entry.Key}"))}\"?"
        );

    private static InvalidConfigException NoClass(string name, string target) =>
        new(
            $"{name}.{Targets.Key}: there is no class \"{target}\". Did you mean "
                + $"\"{Spelling.Nearest(target, SectionSchemas.All.Select(schema => schema.Target))}\"?"
        );
}
