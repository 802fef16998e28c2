using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>The config of the language model inside that of a larger model.</summary>
internal static class LanguageConfig
{
    private static readonly string[] Always = ["dtype", "torch_dtype", RopeConfig.Key, .. RopeConfig.OldKeys];

    /// <summary>
    /// A config that has the language model's at <paramref name="path"/>, and in it the element type. Older ones have its keys, those of
    /// <paramref name="defaults"/>, among the others.
    /// </summary>
    public static HfConfig Gather(HfConfig hf, string path, JsonObject defaults)
    {
        JsonObject json = (JsonObject)hf.Json.DeepClone();
        List<JsonObject> around = [json];
        foreach (string key in path.Split('.'))
        {
            JsonObject outer = around[^1];
            if (outer[key] is not JsonObject inner)
            {
                inner = new(
                    outer
                        .Where(entry =>
                            entry.Key != "model_type" && (defaults.ContainsKey(entry.Key) || Always.Contains(entry.Key))
                        )
                        .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))
                );
                outer[key] = inner;
            }

            around.Add(inner);
        }

        for (int depth = 1; depth < around.Count; depth++)
        {
            JsonNode? given = around[depth]["dtype"] ?? around[depth]["torch_dtype"];
            around[depth]["dtype"] = (
                given ?? around[depth - 1]["dtype"] ?? around[depth - 1]["torch_dtype"]
            )?.DeepClone();
        }

        return hf.With(json);
    }

    /// <summary>The config at a path.</summary>
    public static JsonObject At(JsonObject hf, string path) =>
        path.Split('.').Aggregate(hf, (outer, key) => outer[key]!.AsObject());
}
