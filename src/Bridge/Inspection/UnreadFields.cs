using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Storage;

namespace MegatronBridge.Inspection;

/// <summary>The fields of a config.json that a family neither reads nor knows.</summary>
internal static class UnreadFields
{
    // What says nothing of the weights and is in the configs of many models.
    private static readonly HashSet<string> OfEveryModel =
    [
        "_class_name",
        "_diffusers_version",
        "_name_or_path",
        "architectures",
        "auto_map",
        RopeConfig.Key,
        .. RopeConfig.OldKeys,
        "bos_token_id",
        "dtype",
        "eos_token_id",
        "id2label",
        "is_decoder",
        "is_encoder_decoder",
        "label2id",
        "mask_token_id",
        "model_type",
        "output_attentions",
        "output_hidden_states",
        "pad_token_id",
        "problem_type",
        "quantization_config",
        "return_dict",
        "tokenizer_class",
        "torch_dtype",
        "transformers_version",
        "use_cache",
    ];

    /// <summary>Names and values, keys of nested objects dotted; and why the family refuses the config, or null.</summary>
    public static (IReadOnlyList<KeyValuePair<string, string>> Unread, string? Refusal) Of(
        Family family,
        HfConfig config
    )
    {
        HashSet<string> asked =
        [
            .. family.ConfigMapping.Rows.Select(row => row.Hf),
            .. family.OuterMapping.Rows.Select(row => row.Hf),
            .. family.KeptConfigs.Select(kept => kept.Hf),
        ];
        string? refusal = null;
        try
        {
            family.ToProvider(config.Noting(asked)).Complete();
        }
        catch (BadFileException e)
        {
            refusal = e.Fault;
        }
        catch (Exception e) when (e is InvalidConfigException or UnsupportedModelException)
        {
            refusal = e.Message;
        }

        List<KeyValuePair<string, string>> unread = [];
        Add(unread, family, config.Json, family.Defaults(), asked, "");
        return (unread, refusal);
    }

    private static void Add(
        List<KeyValuePair<string, string>> unread,
        Family family,
        JsonObject json,
        JsonObject known,
        HashSet<string> asked,
        string prefix
    )
    {
        foreach ((string key, JsonNode? value) in json)
        {
            string path = prefix + key;
            bool isReadInside =
                known[key] is JsonObject || asked.Any(other => other.StartsWith(path + ".", StringComparison.Ordinal));
            if (family.KeptConfigs.Any(kept => kept.Hf == path))
            {
                continue; // kept whole, whatever is in it
            }

            if (value is JsonObject inner && isReadInside)
            {
                Add(unread, family, inner, known[key] as JsonObject ?? [], asked, path + ".");
            }
            else if (!asked.Contains(path) && !known.ContainsKey(key) && !OfEveryModel.Contains(key))
            {
                unread.Add(new(path, value?.ToJsonString() ?? "null"));
            }
        }
    }
}
