using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>
/// The rotary embedding of a config.json: <c>rope_parameters</c> (transformers 5) or <c>rope_theta</c> with <c>rope_scaling</c>
/// (before), brought into one form as transformers does it.
/// </summary>
public sealed class RopeConfig
{
    /// <summary>The key of transformers 5.</summary>
    internal const string Key = "rope_parameters";

    /// <summary>The keys that were there before.</summary>
    internal static readonly string[] OldKeys = ["rope_theta", "rope_scaling"];

    // Key in the config, field of a GPT provider without its yarn_, which is also the field of an MLA provider.
    private static readonly (string Hf, string Megatron)[] YarnRows =
    [
        ("factor", "rotary_scaling_factor"),
        ("original_max_position_embeddings", "original_max_position_embeddings"),
        ("beta_fast", "beta_fast"),
        ("beta_slow", "beta_slow"),
        ("mscale", "mscale"),
        ("mscale_all_dim", "mscale_all_dim"),
    ];

    private static readonly string[] FieldsOfTheirOwn = ["rope_theta", "partial_rotary_factor"];

    private RopeConfig(string kind, ConfigValue theta, HfConfig parameters)
    {
        Kind = kind;
        Theta = theta;
        Parameters = parameters;
    }

    /// <summary>How positions are scaled: <c>default</c>, <c>linear</c>, <c>llama3</c>, <c>yarn</c>, ….</summary>
    public string Kind { get; }

    /// <summary>Base of the frequencies.</summary>
    public ConfigValue Theta { get; }

    /// <summary>All parameters of the scaling, under the keys of the config.</summary>
    public HfConfig Parameters { get; }

    /// <summary>The rotary embedding as transformers 5 spells it, under the key <c>rope_parameters</c>.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = (JsonObject)Parameters.Json.DeepClone();
        json.Remove("type");
        json["rope_type"] = Kind;
        json["rope_theta"] = Theta.ToJson();
        return json;
    }

    /// <summary>Reads the rotary embedding of a config.</summary>
    public static RopeConfig Read(HfConfig hf)
    {
        HfConfig? given = NotEmpty(hf.Nested("rope_scaling")) ?? NotEmpty(hf.Nested("rope_parameters"));
        HfConfig parameters = new((JsonObject?)given?.Json.DeepClone() ?? [], hf.Path);
        string kind = parameters.TextOrNull("rope_type") ?? parameters.TextOr("type", "default");
        kind = kind switch
        {
            "su" => "longrope", // the first releases of Phi-3 called it so
            "mrope" => "default", // the sections tell
            _ => kind,
        };
        if (kind is "llama3" or "yarn" or "longrope" && !parameters.IsSet("original_max_position_embeddings"))
        {
            ConfigValue original = hf.Value("original_max_position_embeddings");
            parameters.Json["original_max_position_embeddings"] = (
                original.IsNull ? hf.Value("max_position_embeddings") : original
            ).ToJson();
        }

        return new(kind, FindTheta(hf, parameters), parameters);
    }

    /// <summary>Sets the base and, for YaRN, its fields; what all families share.</summary>
    public void ApplyShared(ModelProvider provider)
    {
        provider["rotary_base"] = Theta;
        if (Parameters.IsSet("partial_rotary_factor"))
        {
            provider["rotary_percent"] = Parameters.Value("partial_rotary_factor");
        }

        bool mla = provider.MultiLatentAttention;
        if (Kind == "yarn")
        {
            foreach ((string key, string field) in YarnRows)
            {
                if (Parameters.IsSet(key))
                {
                    provider[(mla ? "" : "yarn_") + field] = Parameters.Value(key);
                }
            }

            if (!mla)
            {
                provider.YarnAttentionFactor = Parameters.Value("attention_factor");
            }

            if (!mla && Parameters.Has("truncate"))
            {
                provider["yarn_correction_range_round_to_int"] = Parameters.Value("truncate");
            }
        }
        else if (mla)
        {
            // The class's own defaults are those of DeepSeek V3.
            provider["rotary_scaling_factor"] = 1.0;
            provider["mscale_all_dim"] = 1.0;
        }

        provider.PositionEmbeddingType = Kind == "yarn" && !mla ? "yarn" : "rope";
    }

    /// <summary>Sets the fields for the scaling of Llama 3.1 (<c>llama3</c>) and for stretched positions (<c>linear</c>).</summary>
    /// <exception cref="UnsupportedModelException">Positions are scaled in a way that Megatron does not know.</exception>
    public void ApplyScaling(ModelProvider provider)
    {
        switch (Kind)
        {
            case "default" or "yarn":
                break;
            case "llama3" when !provider.MultiLatentAttention:
                provider.RopeScaling = true;
                provider["rope_scaling_factor"] = Parameters.IsSet("factor") ? Parameters.Value("factor") : 8.0;
                break;
            case "linear" when !provider.MultiLatentAttention:
                _ = Parameters.Number("factor");
                provider["seq_len_interpolation_factor"] = Parameters.Value("factor");
                break;
            case "longrope" when !provider.MultiLatentAttention:
                Keep(provider);
                break;
            default:
                string known = provider.MultiLatentAttention
                    ? "it has default and yarn"
                    : "it has default, linear, llama3 and yarn, and longrope is kept";
                throw new UnsupportedModelException(
                    $"{Parameters.Path}: Megatron has no rotary scaling of the kind \"{Kind}\" here ({known}). "
                        + "To convert the weights as of a model without scaling, remove rope_scaling or rope_parameters from the config."
                );
        }
    }

    /// <summary>Keeps a scaling that upstream's family leaves out, or of whose parameters Megatron has only some.</summary>
    internal void KeepScaling(ModelProvider provider)
    {
        if (Kind is "llama3" or "yarn" or "longrope")
        {
            Keep(provider);
        }
        else if (Kind == "linear" && provider.Has("seq_len_interpolation_factor"))
        {
            provider["seq_len_interpolation_factor"] = Parameters.Value("factor");
        }
    }

    /// <summary>Sets the fields for positions with several coordinates: time, height and width.</summary>
    public void ApplySections(ModelProvider provider)
    {
        provider.PositionEmbeddingType = "mrope";
        if (Parameters.IsSet("mrope_section"))
        {
            provider.MropeSection = Parameters.Value("mrope_section");
        }
    }

    /// <summary>
    /// Sets what transformers takes when a config with YaRN leaves it out. (Upstream leaves it open, and Megatron then stops or rounds
    /// otherwise; so it must be for the families that upstream has.)
    /// </summary>
    public static void TakeDefaults(ModelProvider provider)
    {
        if (provider.PositionEmbeddingType == "yarn")
        {
            provider.YarnBetaFast ??= 32.0;
            provider.YarnBetaSlow ??= 1.0;
            provider.YarnCorrectionRangeRoundToInt ??= true;
        }
    }

    /// <summary>
    /// The <c>rope_parameters</c> that a provider stands for. Of Llama 3.1's scaling Megatron keeps the factor only and computes with
    /// fixed other constants; these are written.
    /// </summary>
    public static JsonObject Write(ModelProvider provider)
    {
        JsonObject rope = new() { ["rope_theta"] = provider["rotary_base"].ToJson() };
        if (provider.RotaryPercent is not 1.0)
        {
            rope["partial_rotary_factor"] = provider["rotary_percent"].ToJson();
        }

        if (provider.PositionEmbeddingType == "mrope" && !provider.MropeSection.IsNull)
        {
            rope["mrope_section"] = provider.MropeSection.ToJson();
        }

        bool mla = provider.MultiLatentAttention;
        bool isYarn = mla
            ? provider.RotaryScalingFactor is not (null or 1.0)
            : IsSet(provider, "yarn_rotary_scaling_factor");
        if (provider.HfRopeParameters.ToJson() is JsonObject kept)
        {
            foreach ((string key, JsonNode? value) in kept)
            {
                rope[key] = value?.DeepClone();
            }
        }
        else if (isYarn)
        {
            rope["rope_type"] = "yarn";
            foreach ((string key, string field) in YarnRows)
            {
                ConfigValue value = provider[(mla ? "" : "yarn_") + field];
                if (!value.IsNull)
                {
                    rope[key] = value.ToJson();
                }
            }

            if (!provider.YarnAttentionFactor.IsNull)
            {
                rope["attention_factor"] = provider.YarnAttentionFactor.ToJson();
            }

            bool isDefault = provider.HfArchitecture is not null && provider.YarnCorrectionRangeRoundToInt == true;
            if (!mla && !isDefault && provider.YarnCorrectionRangeRoundToInt is { } round)
            {
                rope["truncate"] = round;
            }
        }
        else if (IsSet(provider, "rope_scaling") && provider.RopeScaling)
        {
            rope["rope_type"] = "llama3";
            rope["factor"] = provider["rope_scaling_factor"].ToJson();
            rope["low_freq_factor"] = JsonNode.Parse("1.0");
            rope["high_freq_factor"] = JsonNode.Parse("4.0");
            rope["original_max_position_embeddings"] = 8192;
        }
        else if (IsSet(provider, "seq_len_interpolation_factor"))
        {
            rope["rope_type"] = "linear";
            rope["factor"] = provider["seq_len_interpolation_factor"].ToJson();
        }
        else
        {
            rope["rope_type"] = "default";
        }

        return rope;
    }

    private static bool IsSet(ModelProvider provider, string field) => provider.Has(field) && !provider[field].IsNull;

    // Keeps the parameters of a scaling that Megatron lacks, for those who compute with it and for the way back.
    private void Keep(ModelProvider provider)
    {
        JsonObject kept = ToJson();
        foreach (string key in FieldsOfTheirOwn)
        {
            kept.Remove(key);
        }

        provider.HfRopeParameters = ConfigValue.FromJson(kept);
    }

    private static HfConfig? NotEmpty(HfConfig? config) => config?.Json.Count > 0 ? config : null;

    private static ConfigValue FindTheta(HfConfig hf, HfConfig parameters)
    {
        ConfigValue[] candidates =
        [
            parameters.Value("rope_theta"),
            hf.Value("rope_theta"),
            parameters.Value("global.base"),
            parameters.Value("full_attention.rope_theta"),
            hf.Value("default_theta.global"),
            hf.Value("default_theta"),
        ];
        return candidates.FirstOrDefault(value => value is ConfigValue.Integer or ConfigValue.Number) ?? 10000.0;
    }
}
