using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>
/// A value of a configuration, as YAML and JSON both know it: null, flag, whole number, number, text, list or map.
/// Immutable, compared by content. What Python writes as <c>1</c> and as <c>1.0</c> are different values.
/// </summary>
public abstract record ConfigValue
{
    private ConfigValue() { }

    /// <summary>No value.</summary>
    public static ConfigValue Null { get; } = new NullValue();

    /// <summary>True for <see cref="Null"/>.</summary>
    public bool IsNull => this is NullValue;

    /// <summary>Null, flag, number or text.</summary>
    public bool IsScalar => this is not (List or Map);

    /// <summary>A flag.</summary>
    public static implicit operator ConfigValue(bool value) => new Flag(value);

    /// <summary>A whole number.</summary>
    public static implicit operator ConfigValue(long value) => new Integer(value);

    /// <summary>A number with a fraction or exponent.</summary>
    public static implicit operator ConfigValue(double value) => new Number(value);

    /// <summary>A text, or null.</summary>
    public static implicit operator ConfigValue(string? value) => value is null ? Null : new Text(value);

    /// <summary>A list of values.</summary>
    public static ConfigValue ListOf(params IEnumerable<ConfigValue> items) => new List([.. items]);

    /// <summary>A map from text keys to values, in the order given.</summary>
    public static Map MapOf(params IEnumerable<(string Key, ConfigValue Value)> entries) =>
        new([.. entries.Select(entry => new KeyValuePair<ConfigValue, ConfigValue>(entry.Key, entry.Value))]);

    /// <summary>The same value as in a JSON document; numbers written without fraction and exponent are whole numbers.</summary>
    public static ConfigValue FromJson(JsonNode? node) =>
        node switch
        {
            null => Null,
            JsonArray array => new List([.. array.Select(FromJson)]),
            JsonObject map => new Map([
                .. map.Select(entry => new KeyValuePair<ConfigValue, ConfigValue>(entry.Key, FromJson(entry.Value))),
            ]),
            _ => FromJsonScalar(node),
        };

    /// <summary>The same value as a JSON node; keys of maps become texts.</summary>
    public JsonNode? ToJson() =>
        this switch
        {
            Flag flag => JsonValue.Create(flag.Value),
            Integer integer => JsonNode.Parse(integer.Value.ToString()),
            Number number when double.IsFinite(number.Value) => JsonNode.Parse(PythonFloat.Repr(number.Value)),
            Number number => PythonJson.NonFiniteNode(number.Value),
            Text text => JsonValue.Create(text.Value),
            List list => new JsonArray([.. list.Items.Select(item => item.ToJson())]),
            Map map => new JsonObject(
                map.Entries.Select(entry => KeyValuePair.Create(entry.Key.ToString(), entry.Value.ToJson()))
            ),
            _ => null,
        };

    /// <summary>The value as Python shows it, for messages.</summary>
    public sealed override string ToString() =>
        this switch
        {
            Flag flag => flag.Value ? "true" : "false",
            Integer integer => integer.Value.ToString(),
            Number number => PythonFloat.Repr(number.Value),
            Text text => text.Value,
            List list => $"[{string.Join(", ", list.Items)}]",
            Map map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {entry.Value}"))}}}",
            _ => "null",
        };

    private static ConfigValue FromJsonScalar(JsonNode node)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                return node.GetValue<bool>();
            case JsonValueKind.String:
                string text = node.GetValue<string>();
                return PythonJson.NonFinite(text) is { } special ? special : text;
            case JsonValueKind.Null:
                return Null;
            default:
                string digits = node.ToJsonString();
                return digits.AsSpan().ContainsAny('.', 'e', 'E')
                    ? double.Parse(digits)
                    : new Integer(BigInteger.Parse(digits));
        }
    }

    private sealed record NullValue : ConfigValue;

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : ConfigValue;

    /// <summary>A whole number of any size.</summary>
    public sealed record Integer(BigInteger Value) : ConfigValue;

    /// <summary>A double precision number.</summary>
    public sealed record Number(double Value) : ConfigValue;

    /// <summary>A text.</summary>
    public sealed record Text(string Value) : ConfigValue;

    /// <summary>A list.</summary>
    public sealed record List(IReadOnlyList<ConfigValue> Items) : ConfigValue
    {
        /// <inheritdoc/>
        public bool Equals(List? other) => other is not null && Items.SequenceEqual(other.Items);

        /// <inheritdoc/>
        public override int GetHashCode() => Items.Count;
    }

    /// <summary>A map. Keys are scalars (upstream has whole numbers as keys in <c>id2label</c>) and occur once; order counts.</summary>
    public sealed record Map(IReadOnlyList<KeyValuePair<ConfigValue, ConfigValue>> Entries) : ConfigValue
    {
        /// <summary>True for a set, which YAML has as a map of keys without values.</summary>
        public bool IsSet { get; init; }

        /// <summary>The value under a text key, or null when there is none.</summary>
        public ConfigValue? Find(string key)
        {
            foreach ((ConfigValue name, ConfigValue value) in Entries)
            {
                if (name is Text text && text.Value == key)
                {
                    return value;
                }
            }

            return null;
        }

        /// <summary>The same map without what is under <paramref name="key"/>.</summary>
        public Map Without(string key) =>
            this with
            {
                Entries = [.. Entries.Where(entry => entry.Key != (ConfigValue)key)],
            };

        /// <summary>The same map with another value under <paramref name="key"/>, in its place or at the end.</summary>
        public Map With(string key, ConfigValue value)
        {
            bool found = Find(key) is not null;
            KeyValuePair<ConfigValue, ConfigValue> entry = new(key, value);
            return new([.. Entries.Select(old => old.Key == entry.Key ? entry : old), .. found ? [] : new[] { entry }]);
        }

        /// <inheritdoc/>
        public bool Equals(Map? other) =>
            other is not null && IsSet == other.IsSet && Entries.SequenceEqual(other.Entries);

        /// <inheritdoc/>
        public override int GetHashCode() => Entries.Count;
    }
}
