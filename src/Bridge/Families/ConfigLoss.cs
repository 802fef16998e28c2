using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Something that a config.json says about what the model computes, and that its Megatron side says otherwise, because no field has a
/// place for it: the weights are all there, but Megatron computes another model.
/// </summary>
/// <param name="Key">The key in config.json, perhaps dotted.</param>
/// <param name="Said">What config.json says.</param>
/// <param name="Taken">What the Megatron model says in its place.</param>
public sealed record ConfigLoss(string Key, string Said, string Taken)
{
    private const string PythonFloat = "__float__";

    // What does not change the numbers that a trained model computes, or what others say too: layer_types, and the tensors themselves.
    private static readonly HashSet<string> Neutral =
    [
        "_name_or_path",
        "architectures",
        "sliding_window_pattern",
        "max_window_layers",
        "attention_dropout",
        "aux_loss_alpha",
        "chunk_size",
        "dtype",
        "embd_pdrop",
        "enable_audio_output",
        "enable_moe_fp32_combine",
        "hidden_dropout",
        "initializer_range",
        "mamba_chunk_size",
        "max_position_embeddings",
        "model_type",
        "mtp_num_hidden_layers",
        "n_positions",
        "num_nextn_predict_layers",
        "pretraining_tp",
        "resid_pdrop",
        "router_aux_loss_coef",
        "router_jitter_noise",
        "tie_word_embeddings",
        "transformers_version",
        "use_cache",
        "vocab_size",
    ];

    /// <inheritdoc/>
    public override string ToString() => $"config.json says {Key} = {Said}, the model in Megatron says {Taken}";

    /// <summary>What of a config.json a provider says otherwise: one that was made of it, or that of <see cref="Family.Exactly"/>.</summary>
    public static IReadOnlyList<ConfigLoss> Of(Family family, HfConfig hf, ModelProvider provider)
    {
        JsonObject said = family.Whole(hf).Json;
        JsonObject taken = family.ToHf(provider);
        List<ConfigLoss> losses = [];
        Compare(said, taken, "", losses);
        return losses;
    }

    private static void Compare(JsonObject said, JsonObject taken, string prefix, List<ConfigLoss> losses)
    {
        foreach ((string key, JsonNode? there) in taken)
        {
            JsonNode? here = key == RopeConfig.Key ? Rope(said) : said[key];
            bool isFixed = key == "vision_config" && there is null; // a tower of which there is one
            if (here is null || isFixed || Neutral.Contains(key) || IsUnused(key, said))
            {
                continue;
            }

            if (here is JsonObject hereMap && there is JsonObject thereMap)
            {
                Compare(hereMap, thereMap, $"{prefix}{key}.", losses);
            }
            else if (!Equal(here, there))
            {
                losses.Add(new(prefix + key, here.ToJsonString(), there?.ToJsonString() ?? "null"));
            }
        }
    }

    // In the spelling of transformers 5, but where the layers have several.
    private static JsonNode? Rope(JsonObject said) =>
        said[RopeConfig.Key] is JsonObject several && several.Any(entry => entry.Value is JsonObject)
            ? several
            : RopeConfig.Read(new(said)).ToJson();

    private static bool IsUnused(string key, JsonObject said) =>
        key switch
        {
            "sliding_window" => said["use_sliding_window"]?.GetValueKind() == JsonValueKind.False,
            "original_max_position_embeddings" => said["rope_type"] is null
                && RopeConfig.Read(new(said)).Kind is "default" or "linear",
            "hidden_act" => said["swiglu_alpha"] is not null, // which tells the function
            _ => RopeConfig.OldKeys.Contains(key), // compared in the new spelling
        };

    private static bool Equal(JsonNode here, JsonNode? there) =>
        (here, there) switch
        {
            (JsonArray left, JsonArray right) => left.Count >= right.Count // some go on for the layers of multi-token prediction
                && left.Zip(right)
                    .All(pair => pair.First is null ? pair.Second is null : Equal(pair.First, pair.Second)),
            (not null, not null) when IsNumber(here, out double left) && IsNumber(there, out double right) => left
                == right
                || Math.Abs(left - right) <= 1e-6 * Math.Abs(left),
            (JsonValue, JsonValue) when IsText(here, out string left) && IsText(there, out string right) => left
                == right
                || ActivationMap.IsSame(left, right),
            _ => JsonNode.DeepEquals(here, there),
        };

    // Beyond float32 there is no end: a limit of 1e308 is none.
    private static bool IsNumber(JsonNode node, out double number)
    {
        string text =
            node is JsonObject special && special[PythonFloat] is JsonValue name
                ? name.ToString()
                : node.ToJsonString();
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        number = (float)number;
        return isNumber;
    }

    private static bool IsText(JsonNode node, out string text)
    {
        text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
        return text.Length > 0;
    }
}
