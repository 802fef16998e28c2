using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>Carries the difference between two configs over to a third, which may spell things in an older way.</summary>
internal static class HfConfigPatch
{
    /// <summary>
    /// <paramref name="source"/> with the keys in which <paramref name="after"/> differs from <paramref name="before"/>. Where
    /// <paramref name="mapping"/> has several keys for a field, the one that the source has is set.
    /// </summary>
    public static HfConfig Apply(HfConfig source, HfConfig before, HfConfig after, ConfigMapping mapping)
    {
        JsonObject json = (JsonObject)source.Json.DeepClone();
        foreach ((string key, JsonNode? _, JsonNode? value) in before.Differences(after))
        {
            string[] path = key.Split('.');
            JsonObject at = Innermost(json, path[..^1]);
            string name = path[^1];
            if (name == RopeConfig.Key)
            {
                JsonObject rope = RopeConfig.Read(new(at)).ToJson();
                foreach (string old in RopeConfig.OldKeys)
                {
                    at.Remove(old);
                }

                at[name] = PatchRope(rope, before.Nested(key)!, after.Nested(key)!);
            }
            else
            {
                at[Spelling(name, at, mapping)] = value?.DeepClone();
            }
        }

        return new(json, source.Path);
    }

    // Older configs of models that see or hear have the keys of the language model among the others.
    private static JsonObject Innermost(JsonObject json, IEnumerable<string> path) =>
        path.Aggregate(json, (outer, key) => outer[key] as JsonObject ?? outer);

    private static JsonObject PatchRope(JsonObject rope, HfConfig before, HfConfig after)
    {
        foreach ((string key, JsonNode? _, JsonNode? value) in before.Differences(after))
        {
            rope.Remove(key);
            if (value is not null)
            {
                rope[key] = value.DeepClone();
            }
        }

        return rope;
    }

    private static string Spelling(string key, JsonObject json, ConfigMapping mapping)
    {
        if (json.ContainsKey(key))
        {
            return key;
        }

        string? field = mapping.Rows.FirstOrDefault(row => row.Hf == key).Megatron;
        IEnumerable<string> others =
            key == "dtype" ? ["torch_dtype"] : mapping.Rows.Where(row => row.Megatron == field).Select(row => row.Hf);
        return others.FirstOrDefault(json.ContainsKey) ?? key;
    }
}
