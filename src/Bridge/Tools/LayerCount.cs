using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;

namespace MegatronBridge.Tools;

/// <summary>Changes the number of layers in a config.json, with everything in it that is told layer by layer.</summary>
internal static class LayerCount
{
    // What predicts tokens beyond the next one; a model of few layers goes without.
    private static readonly HashSet<string> Prediction = ["num_nextn_predict_layers", "mtp_num_hidden_layers"];

    // Lists of numbers of layers, from 0 on.
    private static readonly HashSet<string> Numbers = ["mlp_only_layers", "moe_layers_enum", "full_attn_idxs"];

    // Lists of numbers of layers, from 1 on.
    private static readonly HashSet<string> NumbersFromOne = ["kda_layers", "full_attn_layers"];

    // Counts of layers at one end, which the model may have fewer of.
    private static readonly HashSet<string> Counts = ["first_k_dense_replace", "num_hash_layers", "moe_n_hash_layers"];

    private static readonly HashSet<string> Patterns = ["hybrid_override_pattern", "hybrid_layer_pattern"];

    // Lists of something else, which may be as long as a small model has layers.
    private static readonly HashSet<string> OtherLists =
    [
        "architectures",
        "mlp_multipliers",
        "moe_intermediate_size",
        "moe_num_experts",
        "mtp_layer_types",
        "mtp_layers_block_type",
        "ssm_multipliers",
        "time_step_limit",
        "yarn_only_types",
    ];

    private const string CountKey = "num_hidden_layers";

    // Some tell how many layers they have by a list of their kinds alone.
    private const string KindsKey = "layers_block_type";

    /// <summary>The dotted key of the number of layers; null where the model is no stack of layers, or its config does not tell how many.</summary>
    public static string? KeyOf(HfConfig config, Family family) =>
        TryFind(config.Json, family) is var (language, key, _)
            ? $"{(language == config.Json ? "" : $"{family.TextConfig}.")}{(key == KindsKey ? CountKey : key)}"
            : null;

    /// <summary>How many layers the language model has.</summary>
    /// <exception cref="UnsupportedModelException">The model is no stack of layers, or its config does not tell how many.</exception>
    public static int Of(HfConfig config, Family family) => Find(config.Json, family).Layers;

    /// <summary>The same config with another number of layers, without multi-token prediction; lists that get longer begin again.</summary>
    /// <exception cref="UnsupportedModelException">The model is no stack of layers, or its config does not tell how many.</exception>
    public static HfConfig Set(HfConfig config, Family family, int layers)
    {
        JsonObject json = (JsonObject)config.Json.DeepClone();
        (JsonObject language, string key, int before) = Find(json, family);
        Change(language, key, before, layers);
        if (language != json && json[key] is JsonValue)
        {
            Change(json, key, before, layers); // some have the language model's keys once more
        }

        return new(json, config.Path);
    }

    private static (JsonObject Language, string Key, int Layers) Find(JsonObject json, Family family) =>
        TryFind(json, family)
        ?? throw new UnsupportedModelException(
            $"{family.Architecture} is no single stack of layers of which some could be left out, or its config.json does not tell "
                + "how many it has."
        );

    private static (JsonObject Language, string Key, int Layers)? TryFind(JsonObject json, Family family)
    {
        JsonObject language = json;
        foreach (string part in family.TextConfig?.Split('.') ?? [])
        {
            if (language[part] is not JsonObject inner)
            {
                break; // older ones have its keys among the others
            }

            language = inner;
        }

        string? key = family.IsOfDiffusers
            ? null
            : family
                .ConfigMapping.Rows.Where(row => row.Megatron == "num_layers")
                .Select(row => row.Hf)
                .Append(CountKey)
                .FirstOrDefault(language.ContainsKey);
        if (key is null && language[KindsKey] is JsonArray { Count: > 0 } kinds)
        {
            return (language, KindsKey, kinds.Count);
        }

        return key is not null && Whole(language[key]) is { } layers and > 0 ? (language, key, layers) : null;
    }

    private static void Change(JsonObject json, string countKey, int before, int after)
    {
        foreach (string key in json.Select(entry => entry.Key).ToArray())
        {
            JsonNode? value = json[key];
            if (key == countKey && key != KindsKey)
            {
                json[key] = after;
            }
            else if (Prediction.Contains(key) && Whole(value) > 0)
            {
                json[key] = 0;
            }
            else if (Counts.Contains(key) && Whole(value) > after)
            {
                json[key] = after;
            }
            else if (key == "num_kv_shared_layers" && Whole(value) is { } shared)
            {
                json[key] = Math.Max(0, after - (before - shared));
            }
            else if (key == "moe_layer_end_index" && Whole(value) >= after)
            {
                json[key] = after - 1;
            }
            else if (Numbers.Contains(key) || NumbersFromOne.Contains(key))
            {
                json[key] = Below(value, NumbersFromOne.Contains(key) ? after + 1 : after);
            }
            else if (Patterns.Contains(key) && value?.GetValueKind() == JsonValueKind.String)
            {
                json[key] = Pattern(value.GetValue<string>(), after);
            }
            else if (value is JsonArray list && IsByLayer(key) && list.Count >= before)
            {
                json[key] = new JsonArray([
                    .. Enumerable.Range(0, after).Select(layer => list[layer % before]?.DeepClone()),
                ]);
            }
            else if (key == "linear_attn_config" && value is JsonObject inner)
            {
                Change(inner, countKey, before, after);
            }
        }
    }

    // A list as long as the model has layers is told layer by layer, unless it is one of these.
    private static bool IsByLayer(string key) =>
        !OtherLists.Contains(key)
        && !key.EndsWith("_id", StringComparison.Ordinal)
        && !key.EndsWith("_ids", StringComparison.Ordinal);

    private static JsonNode? Below(JsonNode? value, int limit) =>
        value switch
        {
            JsonArray list => new JsonArray([
                .. list.Where(item => Whole(item) < limit).Select(item => item!.DeepClone()),
            ]),
            JsonValue text when text.TryGetValue(out string? numbers) => string.Join(
                ',',
                numbers
                    .Split(',')
                    .Where(number => int.TryParse(number, CultureInfo.InvariantCulture, out int n) && n < limit)
            ),
            _ => value?.DeepClone(),
        };

    // What stands behind a slash predicts further tokens.
    private static string Pattern(string pattern, int layers)
    {
        string main = pattern.Split('/')[0].Replace("|", "", StringComparison.Ordinal);
        return main.Length == 0
            ? main
            : new([.. Enumerable.Range(0, layers).Select(layer => main[layer % main.Length])]);
    }

    private static int? Whole(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out int number) ? number : null;
}
