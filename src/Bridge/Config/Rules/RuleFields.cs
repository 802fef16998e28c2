using System.Numerics;

namespace MegatronBridge.Config.Rules;

/// <summary>A config as rules look at it: fields that its class does not have count as null.</summary>
internal readonly struct RuleFields(TransformerConfig config)
{
    /// <summary>The config itself.</summary>
    public TransformerConfig Config => config;

    /// <summary>The value of a field, or null.</summary>
    public ConfigValue this[string field] => config.Has(field) ? config[field] : ConfigValue.Null;

    /// <summary>True when a flag is set.</summary>
    public bool On(string field) => this[field] == true;

    /// <summary>True when a field is not null.</summary>
    public bool IsSet(string field) => !this[field].IsNull;

    /// <summary>A whole number, or null.</summary>
    public BigInteger? Whole(string field) => (this[field] as ConfigValue.Integer)?.Value;

    /// <summary>A number, or null.</summary>
    public double? Number(string field) =>
        this[field] switch
        {
            ConfigValue.Integer { Value: var value } => (double)value,
            ConfigValue.Number { Value: var value } => value,
            _ => null,
        };

    /// <summary>A text, or the name of an enum member; else null.</summary>
    public string? Word(string field) => WordOf(this[field]);

    /// <summary>The texts, or names of enum members, of a list; none where there is no list.</summary>
    public IReadOnlyList<string> Words(string field) =>
        this[field] is ConfigValue.List { Items: var items }
            ? [.. items.Select(item => WordOf(item) ?? $"{item}")]
            : [];

    private static string? WordOf(ConfigValue value) =>
        value switch
        {
            ConfigValue.Text { Value: var text } => text,
            ConfigValue.Map map when map.Find("_name_") is ConfigValue.Text { Value: var name } => name,
            _ => null,
        };
}
