using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
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
            : map.With(key, ParseIn($"{name}.{key}", schema?.Field(key) ?? AnyField, text));
    }

    /// <summary>A whole section from a text: null, or where that is upstream's way a name such as <c>bf16_mixed</c>.</summary>
    /// <exception cref="InvalidConfigException">The section is no such.</exception>
    public static ConfigValue Whole(ConfigValue section, string name, string text) =>
        text == "null" ? ConfigValue.Null
        : name == "mixed_precision" ? text
        : text is ['{', ..] && Targets.Of(section) is null ? Parse(AnyField, text)
        : throw new InvalidConfigException(
            $"{name} is a section: set one of its fields, {name}.FIELD, not \"{text}\"."
        );

    /// <summary>The value that a text means in a field. Maps, and lists that are not plain, are told as JSON.</summary>
    /// <exception cref="InvalidConfigException">The text is of another kind.</exception>
    public static ConfigValue Parse(ProviderField field, string text)
    {
        if (text is not (['{', ..] or ['[', ..]))
        {
            return text.Length > 0 && string.IsNullOrWhiteSpace(text) && FieldParser.Fits(field, text)
                ? text // a separator, which reading would trim
                : FieldParser.Parse(field, text);
        }

        try
        {
            ConfigValue value = ConfigValue.FromJson(JsonNode.Parse(text));
            return FieldParser.Fits(field, value)
                ? value
                : throw new InvalidConfigException(
                    $"{field.Name} must be {FieldParser.Describe(field)}, found {text}."
                );
        }
        catch (JsonException)
        {
            return FieldParser.Parse(field, text);
        }
    }

    private static ConfigValue ParseIn(string name, ProviderField field, string text)
    {
        try
        {
            return Parse(field, text);
        }
        catch (InvalidConfigException)
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
