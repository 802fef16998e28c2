using System.Numerics;
using System.Text.Json.Nodes;
using MegatronBridge.Storage;

namespace MegatronBridge.Config;

/// <summary>
/// A Hugging Face <c>config.json</c>, kept whole and in its order; keys that nobody knows stay. Keys may be dotted:
/// <c>rope_scaling.factor</c> is the key <c>factor</c> of the object <c>rope_scaling</c>.
/// </summary>
public sealed class HfConfig
{
    /// <summary>The key under which diffusers has the name of the class.</summary>
    internal const string ClassNameKey = "_class_name";

    private readonly string _prefix; // of the keys: where this config lies in the file
    private readonly ISet<string>? _asked;

    /// <summary>Wraps a parsed config; <paramref name="path"/> is for messages.</summary>
    public HfConfig(JsonObject json, string path = "config.json")
        : this(json, path, "") { }

    private HfConfig(JsonObject json, string path, string prefix)
    {
        Json = json;
        Path = path;
        _prefix = prefix;
    }

    private HfConfig(JsonObject json, HfConfig outer, ISet<string>? asked, string prefix)
        : this(json, outer.Path, prefix) => _asked = asked;

    /// <summary>The whole config.</summary>
    public JsonObject Json { get; }

    /// <summary>Where it was read from, for messages.</summary>
    public string Path { get; }

    /// <summary>The class names in <c>architectures</c>, or that in <c>_class_name</c> as diffusers has it; empty when there are none.</summary>
    public IReadOnlyList<string> Architectures =>
        IsSet("architectures") ? Texts("architectures")
        : IsSet(ClassNameKey) ? [Text(ClassNameKey)]
        : [];

    /// <summary>The <c>model_type</c>, or an empty text.</summary>
    public string ModelType => TextOr("model_type", "");

    /// <summary>
    /// The config of the language model inside a vision or audio model (<c>text_config</c>, <c>llm_config</c>,
    /// <c>thinker_config.text_config</c>), else this config.
    /// </summary>
    public HfConfig TextConfig =>
        Nested("text_config") ?? Nested("llm_config") ?? Nested("thinker_config")?.TextConfig ?? this;

    /// <summary>Parses the bytes of a config.json.</summary>
    /// <exception cref="BadFileException">They break a rule of <see cref="PythonJson.Parse"/>.</exception>
    public static HfConfig Parse(ReadOnlyMemory<byte> utf8, string path = "config.json") =>
        new(PythonJson.Parse(utf8, path), path);

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="BadFileException">It is missing or breaks a rule of <see cref="PythonJson.Parse"/>.</exception>
    public static HfConfig Load(string path) => Parse(ConfigFile.Read(path), path);

    /// <summary>
    /// The same config, with the keys of <paramref name="defaults"/> that it leaves out, those of the configs inside it included; null is
    /// no default.
    /// </summary>
    public HfConfig WithDefaults(JsonObject defaults)
    {
        JsonObject json = (JsonObject)Json.DeepClone();
        AddDefaults(json, defaults);
        return With(json);
    }

    /// <summary>The same config with another content.</summary>
    internal HfConfig With(JsonObject json) => new(json, this, _asked, _prefix);

    /// <summary>The same config, which adds every key that it is asked for to <paramref name="asked"/>.</summary>
    public HfConfig Noting(ISet<string> asked) => new(Json, this, asked, _prefix);

    /// <summary>
    /// The keys in which another config differs, the order inside apart: key, value here, value there; null for a missing key. The keys
    /// of configs inside are dotted.
    /// </summary>
    public IReadOnlyList<(string Key, JsonNode? Here, JsonNode? There)> Differences(HfConfig other) =>
        [.. Differences(Json, other.Json, "")];

    /// <summary>True when the key exists, be its value null.</summary>
    public bool Has(string key) => TryFind(key, out _);

    /// <summary>True when the key exists and its value is not null.</summary>
    public bool IsSet(string key) => TryFind(key, out JsonNode? node) && node is not null;

    /// <summary>The value of a key, or null when it is null or missing.</summary>
    public JsonNode? Find(string key) => TryFind(key, out JsonNode? node) ? node : null;

    /// <summary>The value of a key as a configuration value; <see cref="ConfigValue.Null"/> when it is null or missing.</summary>
    public ConfigValue Value(string key) => ConfigValue.FromJson(Find(key));

    /// <summary>The object under a key as a config of its own, or null when it is null or missing.</summary>
    /// <exception cref="BadFileException">It is no object.</exception>
    public HfConfig? Nested(string key) =>
        Find(key) switch
        {
            null => null,
            JsonObject json => new(json, this, _asked, $"{_prefix}{key}."),
            _ => throw Wrong(key, "an object"),
        };

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no whole number of 32 bits.</exception>
    public int Integer(string key) => IntegerOrNull(key) ?? throw Wrong(key, "a whole number");

    /// <summary>A whole number, or <paramref name="otherwise"/> when it is null or missing.</summary>
    public int IntegerOr(string key, int otherwise) => IntegerOrNull(key) ?? otherwise;

    /// <summary>A whole number, or null when it is null or missing.</summary>
    public int? IntegerOrNull(string key) =>
        Value(key) switch
        {
            { IsNull: true } => null,
            ConfigValue.Integer { Value: var value } when value >= int.MinValue && value <= int.MaxValue => (int)value,
            _ => throw Wrong(key, "a whole number of 32 bits"),
        };

    /// <summary>A number that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no number.</exception>
    public double Number(string key) => NumberOrNull(key) ?? throw Wrong(key, "a number");

    /// <summary>A number, or <paramref name="otherwise"/> when it is null or missing.</summary>
    public double NumberOr(string key, double otherwise) => NumberOrNull(key) ?? otherwise;

    /// <summary>A number, or null when it is null or missing.</summary>
    public double? NumberOrNull(string key) =>
        Value(key) switch
        {
            { IsNull: true } => null,
            ConfigValue.Integer { Value: var value } => (double)value,
            ConfigValue.Number { Value: var value } => value,
            _ => throw Wrong(key, "a number"),
        };

    /// <summary>The first of several keys that has a number, whole or not; null when none has.</summary>
    public ConfigValue? FirstNumber(params IEnumerable<string> keys) =>
        keys.Select(Value).FirstOrDefault(value => value is ConfigValue.Integer or ConfigValue.Number);

    /// <summary>A flag that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no flag.</exception>
    public bool Flag(string key) => FlagOrNull(key) ?? throw Wrong(key, "true or false");

    /// <summary>A flag, or <paramref name="otherwise"/> when it is null or missing.</summary>
    public bool FlagOr(string key, bool otherwise) => FlagOrNull(key) ?? otherwise;

    /// <summary>A flag, or null when it is null or missing.</summary>
    public bool? FlagOrNull(string key) =>
        Value(key) switch
        {
            { IsNull: true } => null,
            ConfigValue.Flag { Value: var value } => value,
            _ => throw Wrong(key, "true or false"),
        };

    /// <summary>A text that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no text.</exception>
    public string Text(string key) => TextOrNull(key) ?? throw Wrong(key, "a text");

    /// <summary>A text, or <paramref name="otherwise"/> when it is null or missing.</summary>
    public string TextOr(string key, string otherwise) => TextOrNull(key) ?? otherwise;

    /// <summary>A text, or null when it is null or missing.</summary>
    public string? TextOrNull(string key) =>
        Value(key) switch
        {
            { IsNull: true } => null,
            ConfigValue.Text { Value: var value } => value,
            _ => throw Wrong(key, "a text"),
        };

    /// <summary>A list of texts that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no list of texts.</exception>
    public IReadOnlyList<string> Texts(string key) =>
        Value(key) is ConfigValue.List list && list.Items.All(item => item is ConfigValue.Text)
            ? [.. list.Items.Select(item => ((ConfigValue.Text)item).Value)]
            : throw Wrong(key, "a list of texts");

    /// <summary>A list of whole numbers that must be there.</summary>
    /// <exception cref="BadFileException">It is missing or no list of whole numbers.</exception>
    public IReadOnlyList<int> Integers(string key) =>
        Value(key) is ConfigValue.List list
        && list.Items.All(item =>
            item is ConfigValue.Integer { Value: var value } && BigInteger.Abs(value) <= int.MaxValue
        )
            ? [.. list.Items.Select(item => (int)((ConfigValue.Integer)item).Value)]
            : throw Wrong(key, "a list of whole numbers");

    /// <summary>Refuses any other value than the one that the Megatron model has a place for.</summary>
    /// <exception cref="BadFileException">The key has another value, or is missing and the value is not null.</exception>
    public void Require(string key, ConfigValue only)
    {
        if (Value(key) != only)
        {
            throw Wrong(key, $"{only}, the only value that the Megatron model has a place for");
        }
    }

    /// <summary>The fault that a key has another value than <paramref name="expected"/>.</summary>
    public BadFileException Wrong(string key, string expected)
    {
        string found = TryFind(key, out JsonNode? node) ? node?.ToJsonString() ?? "null" : "no such key";
        return new(
            Path,
            $"\"{_prefix}{key}\" must be {expected}, found {(found.Length > 200 ? found[..200] + "…" : found)}."
        );
    }

    /// <summary>The file as transformers writes it: keys sorted, indented by two.</summary>
    public override string ToString() => PythonJson.Write(Json);

    /// <summary>True for the key of a config inside another: <c>text_config</c>.</summary>
    internal static bool IsInner(string key) => key.EndsWith("_config", StringComparison.Ordinal);

    private static void AddDefaults(JsonObject json, JsonObject defaults)
    {
        foreach ((string key, JsonNode? value) in defaults)
        {
            if (value is null)
            {
                continue;
            }

            if (IsInner(key) && value is JsonObject inner && json[key] is JsonObject given)
            {
                AddDefaults(given, inner);
            }
            else
            {
                json.TryAdd(key, value.DeepClone());
            }
        }
    }

    private static IEnumerable<(string Key, JsonNode? Here, JsonNode? There)> Differences(
        JsonObject here,
        JsonObject there,
        string prefix
    )
    {
        IEnumerable<string> keys = here.Select(entry => entry.Key).Union(there.Select(entry => entry.Key));
        foreach (string key in keys.Order(StringComparer.Ordinal))
        {
            if (IsInner(key) && here[key] is JsonObject left && there[key] is JsonObject right)
            {
                foreach ((string, JsonNode?, JsonNode?) change in Differences(left, right, $"{prefix}{key}."))
                {
                    yield return change;
                }
            }
            else if (
                here.ContainsKey(key) != there.ContainsKey(key)
                || PythonJson.Write(here[key]) != PythonJson.Write(there[key])
            )
            {
                yield return (prefix + key, here[key], there[key]);
            }
        }
    }

    private bool TryFind(string key, out JsonNode? node)
    {
        _asked?.Add(_prefix + key);
        node = Json;
        foreach (string part in key.Split('.'))
        {
            if (node is not JsonObject map || !map.TryGetPropertyValue(part, out node))
            {
                node = null;
                return false;
            }
        }

        return true;
    }
}
