using System.Text.Json.Nodes;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>Sets the element type that a config.json tells, in all of its parts.</summary>
internal static class ConfigElementType
{
    private static readonly string[] Keys = ["dtype", "torch_dtype"];
    private static readonly string[] OfCodes = [QuantizationConfig.Key, QuantizationConfig.OldKey];

    /// <summary>The same config for weights of another type: of the language model and of towers.</summary>
    /// <param name="config">The config; it is not changed.</param>
    /// <param name="dtype">The type.</param>
    /// <param name="isQuantized">False when nothing is stored as codes any more.</param>
    public static HfConfig Set(HfConfig config, DType dtype, bool isQuantized)
    {
        JsonObject json = (JsonObject)config.Json.DeepClone();
        bool isTold = SetIn(json, dtype, isQuantized);
        if (!isTold && !config.IsSet(HfConfig.ClassNameKey))
        {
            json[Keys[1]] = dtype.TorchName(); // all versions of transformers read it
        }

        return new(json, config.Path);
    }

    private static bool SetIn(JsonObject json, DType dtype, bool isQuantized)
    {
        bool isTold = false;
        foreach ((string key, JsonNode? value) in json.ToArray())
        {
            if (OfCodes.Contains(key))
            {
                if (!isQuantized)
                {
                    json.Remove(key);
                }
            }
            else if (value is JsonObject inner)
            {
                isTold |= SetIn(inner, dtype, isQuantized);
            }
            else if (Keys.Contains(key) && IsElementType(value))
            {
                json[key] = dtype.TorchName();
                isTold = true;
            }
        }

        return isTold;
    }

    private static bool IsElementType(JsonNode? value) =>
        value is null
        || (
            value is JsonValue text
            && text.TryGetValue(out string? name)
            && DTypeNames.Parse(name)?.IsWideFloat() == true
        );
}
