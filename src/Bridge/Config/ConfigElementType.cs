using System.Text.Json.Nodes;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>Sets the element type that a config.json tells, in all of its parts.</summary>
internal static class ConfigElementType
{
    private static readonly string[] Keys = ["dtype", "torch_dtype"];

    /// <summary>The same config for weights of another type: of the language model and of towers.</summary>
    /// <param name="config">The config; it is not changed.</param>
    /// <param name="dtype">The type.</param>
    public static HfConfig Set(HfConfig config, DType dtype)
    {
        JsonObject json = (JsonObject)config.Json.DeepClone();
        bool isTold = SetIn(json, dtype);
        if (!isTold && !config.IsSet(HfConfig.ClassNameKey))
        {
            string key = json.ContainsKey(Keys[0]) ? Keys[0] : Keys[1]; // all versions of transformers read the second
            json[key] = dtype.TorchName();
        }

        return new(json, config.Path);
    }

    /// <summary>Sets it in the configs that a provider keeps whole: those of towers.</summary>
    public static void SetKept(ModelProvider provider, DType dtype)
    {
        foreach ((string field, ConfigValue value) in provider.Fields.ToArray())
        {
            if (value is ConfigValue.Map map && SetIn(map, dtype) is var set && set != map)
            {
                provider[field] = set;
            }
        }
    }

    private static ConfigValue.Map SetIn(ConfigValue.Map map, DType dtype)
    {
        foreach ((ConfigValue key, ConfigValue value) in map.Entries)
        {
            string name = $"{key}";
            ConfigValue set = value switch
            {
                ConfigValue.Text text when Keys.Contains(name) && IsElementType(text.Value) => dtype.TorchName(),
                ConfigValue.Map when Keys.Contains(name) && IsElementType(Targets.Of(value)) => Targets.DType(
                    dtype.TorchName()
                ),
                ConfigValue.Map inner => SetIn(inner, dtype),
                _ => value,
            };
            map = set == value ? map : map.With(name, set);
        }

        return map;
    }

    private static bool SetIn(JsonObject json, DType dtype)
    {
        bool isTold = false;
        foreach ((string key, JsonNode? value) in json.ToArray())
        {
            if (value is JsonObject inner && key != QuantizationConfig.Key)
            {
                isTold |= SetIn(inner, dtype);
            }
            else if (
                Keys.Contains(key)
                && value is JsonValue text
                && text.TryGetValue(out string? name)
                && IsElementType(name)
            )
            {
                json[key] = dtype.TorchName();
                isTold = true;
            }
        }

        return isTold;
    }

    private static bool IsElementType(string? name) =>
        name is not null && DTypeNames.Parse(name)?.IsWideFloat() == true;
}
