using System.Globalization;
using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>
/// A config of transformers that a provider keeps whole, as run_config.yaml has it: that of a tower, or all of config.json. There it is a
/// map with the name of its class, the keys that every config has included; or without a class, as transformers makes a plain map of it.
/// </summary>
/// <param name="Hf">Its key in config.json, perhaps dotted; empty for the whole.</param>
/// <param name="Field">The provider's field.</param>
/// <param name="Class">Its class, or null for a plain map.</param>
public sealed record KeptConfig(string Hf, string Field, string? Class)
{
    private const string Origin = "_name_or_path";
    private const string Version = "transformers_version";
    private const string ElementType = "dtype";
    private const string LabelsKey = "id2label"; // JSON has texts as keys, transformers numbers

    // What all configs of transformers have, with its defaults.
    private static readonly KeyValuePair<string, ConfigValue>[] Common =
    [
        new("architectures", ConfigValue.Null),
        new("chunk_size_feed_forward", 0L),
        new(LabelsKey, Labels((0L, "LABEL_0"), (1L, "LABEL_1"))),
        new("is_encoder_decoder", false),
        new("label2id", ConfigValue.MapOf(("LABEL_0", 0L), ("LABEL_1", 1L))),
        new("output_hidden_states", false),
        new("problem_type", ConfigValue.Null),
        new("return_dict", true),
    ];

    // Those inside another are made in another way, which adds this.
    private static readonly KeyValuePair<string, ConfigValue> Inner = new("output_attentions", false);

    // Older versions of transformers write what a config inside has from its class, too; the provider does not keep it.
    private static readonly string[] NotKept = [Origin, Inner.Key];

    /// <summary>A key that the class also has under another name, and that other name, which config.json does not have.</summary>
    public (string Key, string Copy)? Alias { get; init; }

    /// <summary>True when it is written as transformers writes a config inside another: a map always, and a class that says so.</summary>
    public bool IsPlain { get; init; } = Class is null;

    /// <summary>True when a model may lack it, and the part that it describes: then it is null on both sides.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Sets the field from config.json, all defaults in it.</summary>
    public void ToMegatron(HfConfig hf, ModelProvider provider)
    {
        if (IsOptional && !hf.IsSet(Hf))
        {
            provider[Field] = ConfigValue.Null;
            return;
        }

        HfConfig config = Hf.Length == 0 ? hf : hf.Nested(Hf) ?? throw hf.Wrong(Hf, "a config of its own");
        ConfigValue version = hf.Value(Version);
        SortedDictionary<string, ConfigValue> values = Values(config.Json, version);
        if (Class is not null)
        {
            values[Targets.Key] = Class;
        }

        if (IsPlain)
        {
            values[Version] = version;
        }
        else
        {
            values.TryAdd(Version, ConfigValue.Null);
            values[ElementType] = DTypeNames.Parse(config.TextOr(ElementType, config.TextOr("torch_dtype", "")))
                is { } dtype
                ? Targets.DType(Storage.Tensors.DTypes.TorchName(dtype))
                : ConfigValue.Null;
            foreach (string key in NotKept)
            {
                values.Remove(key);
            }
        }

        if (
            Alias is { } alias
            && (config.IsSet(alias.Copy) ? values.GetValueOrDefault(alias.Copy) : values.GetValueOrDefault(alias.Key))
                is { } both
        )
        {
            values[alias.Key] = both;
            values[alias.Copy] = both;
        }

        provider[Field] = ToMap(values);
    }

    /// <summary>Writes the place that the model came from where a tower's code is looked for, and into a config that is kept whole.</summary>
    public static void MarkAsConverted(ModelProvider provider, string origin)
    {
        if (provider.Has("hf_model_path"))
        {
            provider["hf_model_path"] = origin;
        }

        foreach ((string field, ConfigValue value) in provider.Fields.ToList())
        {
            bool isWhole =
                value is ConfigValue.Map whole
                && Targets.Of(whole) is null
                && whole.Find("architectures") is ConfigValue.List;
            if (isWhole && value is ConfigValue.Map map && map.Find(Origin) is not null)
            {
                provider[field] = map.With(Origin, origin);
            }
        }
    }

    /// <summary>Sets the keys of config.json from the field; what the field leaves out stays as it is.</summary>
    public void ToHf(ModelProvider provider, JsonObject hf)
    {
        if (provider[Field] is not ConfigValue.Map map)
        {
            return;
        }

        JsonObject config = ToHf(map);
        config.Remove(Alias?.Copy ?? "");
        JsonObject at = hf;
        foreach (string key in Hf.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at[key] as JsonObject ?? (JsonObject)(at[key] = new JsonObject());
        }

        Overwrite(at, config);
    }

    /// <summary>
    /// A config that <paramref name="provider"/> keeps: the field, and the keys in it that lead to one inside:
    /// <c>hf_config.audio_config</c>.
    /// </summary>
    /// <exception cref="InvalidConfigException">There is none.</exception>
    public static HfConfig Of(ModelProvider provider, string path)
    {
        string field = path.Split('.')[0];
        string inside = path[field.Length..].TrimStart('.');
        HfConfig? config = provider[field].ToJson() is JsonObject json ? new(json, $"{field} of the model") : null;
        return (inside.Length == 0 ? config : config?.Nested(inside))
            ?? throw new InvalidConfigException(
                $"{path} of {provider.Schema.Name} is not set, and without it nobody can say what that part of the model looks like."
            );
    }

    private SortedDictionary<string, ConfigValue> Values(JsonObject config, ConfigValue version)
    {
        SortedDictionary<string, ConfigValue> values = new(StringComparer.Ordinal);
        foreach ((string key, ConfigValue value) in Common)
        {
            values[key] = value;
        }

        if (IsPlain)
        {
            values[Inner.Key] = Inner.Value;
            values[Origin] = "";
        }

        bool isOldRope = !IsPlain && (config.ContainsKey("rope_theta") || config.ContainsKey("rope_scaling"));
        foreach ((string key, JsonNode? value) in config)
        {
            if (isOldRope && (key == RopeConfig.Key || RopeConfig.OldKeys.Contains(key)))
            {
                values[RopeConfig.Key] = Sorted(RopeConfig.Read(new(config)).ToJson());
            }
            else if (HfConfig.IsInner(key) && value is JsonObject inner)
            {
                SortedDictionary<string, ConfigValue> innerValues = Values(inner, version);
                innerValues.TryAdd(Inner.Key, Inner.Value);
                if (!IsPlain)
                {
                    innerValues[Version] = version;
                }

                values[key] = ToMap(innerValues);
            }
            else if (key == LabelsKey && value is JsonObject labels)
            {
                values[key] = Numbered(labels);
            }
            else if (key == "torch_dtype")
            {
                values.TryAdd(ElementType, Sorted(value)); // the older word
            }
            else if (IsPlain || key != Origin)
            {
                values[key] = Sorted(value);
            }
        }

        return values;
    }

    private static JsonObject ToHf(ConfigValue.Map map)
    {
        JsonObject config = [];
        foreach ((ConfigValue name, ConfigValue value) in map.Entries)
        {
            string key = name.ToString();
            bool isCommon = Common
                .Append(Inner)
                .Any(entry => entry.Key == key && entry.Value.ToString() == value.ToString());
            bool isNoType = key == ElementType && value.IsNull;
            if (isCommon || isNoType || key is Targets.Key or Version or Origin)
            {
                continue;
            }

            config[key] = value switch
            {
                ConfigValue.Map inner when HfConfig.IsInner(key) => ToHf(inner),
                _ when key == ElementType && Targets.Of(value) is { } dtype => dtype["torch.".Length..],
                _ => value.ToJson(),
            };
        }

        return config;
    }

    private static void Overwrite(JsonObject at, JsonObject config)
    {
        foreach ((string key, JsonNode? value) in config)
        {
            if (HfConfig.IsInner(key) && value is JsonObject inner && at[key] is JsonObject given)
            {
                Overwrite(given, inner);
            }
            else
            {
                at[key] = value?.DeepClone();
            }
        }
    }

    private static ConfigValue Numbered(JsonObject labels)
    {
        var numbered = labels
            .Select(label =>
                (
                    IsNumber: int.TryParse(label.Key, CultureInfo.InvariantCulture, out int number),
                    Number: number,
                    Name: ConfigValue.FromJson(label.Value)
                )
            )
            .OrderBy(label => label.Number)
            .ToList();
        return numbered.TrueForAll(label => label.IsNumber)
            ? Labels([.. numbered.Select(label => ((long)label.Number, label.Name))])
            : Sorted(labels);
    }

    private static ConfigValue Sorted(JsonNode? node) =>
        node is JsonObject map
            ? ConfigValue.MapOf(
                map.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => (entry.Key, Sorted(entry.Value)))
            )
            : ConfigValue.FromJson(node);

    private static ConfigValue.Map ToMap(SortedDictionary<string, ConfigValue> values) =>
        ConfigValue.MapOf(values.Select(entry => (entry.Key, entry.Value)));

    private static ConfigValue.Map Labels(params (long Number, ConfigValue Name)[] labels) =>
        new([.. labels.Select(label => new KeyValuePair<ConfigValue, ConfigValue>(label.Number, label.Name))]);
}
