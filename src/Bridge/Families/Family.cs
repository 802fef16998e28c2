using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// A model family: which Hugging Face architecture it is, how its config differs from what every decoder shares, and
/// where each parameter comes from. A value, in one file, that reads like a table.
/// </summary>
public sealed record Family
{
    /// <summary>The entry of <c>architectures</c> in config.json.</summary>
    public required string Architecture { get; init; }

    /// <summary>Other entries of <c>architectures</c> under which checkpoints of the family go.</summary>
    public IReadOnlyList<string> OtherArchitectures { get; init; } = [];

    /// <summary>Which configs of the architecture are meant, where several families share it.</summary>
    public Func<HfConfig, bool> AppliesTo { get; init; } = _ => true;

    /// <summary>The <c>model_type</c> in config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>
    /// False for a family that upstream does not convert. Its checkpoints name their architecture, because upstream's provider class
    /// does not tell it.
    /// </summary>
    public bool IsUpstream { get; init; } = true;

    /// <summary>True for a model of diffusers: its config names the class, and lies with the weights in a folder of a pipeline.</summary>
    public bool IsOfDiffusers { get; init; }

    /// <summary>Upstream's provider class: which fields the Megatron side has.</summary>
    public ProviderSchema Schema { get; init; } = ProviderSchema.Gpt;

    /// <summary>Which key of config.json is which field.</summary>
    public ConfigMapping ConfigMapping { get; init; } = ConfigMapping.Standard;

    /// <summary>Where config.json has the config of the language model inside a model that sees or hears: <c>text_config</c>; null when it is all.</summary>
    public string? TextConfig { get; init; }

    /// <summary>Which key of the whole config.json is which field, where the config of the language model is a part of it: token numbers.</summary>
    public ConfigMapping OuterMapping { get; init; } = ConfigMapping.Empty;

    /// <summary>Configs of config.json that the provider keeps whole: those of the towers.</summary>
    public IReadOnlyList<KeptConfig> KeptConfigs { get; init; } = [];

    /// <summary>
    /// What transformers takes for keys that a config.json leaves out, and with that the keys that a whole config.json has; null
    /// stands for what has no default. A JSON object.
    /// </summary>
    public required string HfDefaults { get; init; }

    /// <summary>Sets the provider's fields from the whole config.json, after what all families share.</summary>
    public required Action<ModelProvider, HfConfig> Configure { get; init; }

    /// <summary>Sets the keys of the whole config.json from a provider, after what all families share.</summary>
    public required Action<JsonObject, ModelProvider> ConfigureHf { get; init; }

    /// <summary>
    /// Sets what the config says and no field of upstream's has: for a model that is to compute as transformers does, not for its
    /// checkpoint. Null where nothing is lost but, perhaps, details of the rotary embedding.
    /// </summary>
    public Action<ModelProvider, HfConfig>? ConfigureExactly { get; init; }

    /// <summary>Where each parameter comes from. A list may have rows that a given model has no parameter for.</summary>
    public required IReadOnlyList<ParameterMapping> Parameters { get; init; }

    /// <summary>Tensors that checkpoints of this family may have and Megatron does not.</summary>
    public IReadOnlyList<IgnoredTensor> Ignored { get; init; } = [];

    /// <summary>Sets the fields that only the names of the tensors tell; null when the config tells all.</summary>
    public Action<ModelProvider, IReadOnlyCollection<string>>? ConfigureFromTensors { get; init; }

    /// <summary>
    /// The Megatron side of a config.json, its fields not yet completed: sizes of a layout may still be set. With the names of
    /// the model's <paramref name="tensors"/>, layers for multi-token prediction that the config tells of but the model does not
    /// have are left out, as in what transformers saves.
    /// </summary>
    /// <exception cref="Storage.BadFileException">A key is missing or has a value that cannot be.</exception>
    public ModelProvider ToProvider(HfConfig hf, IReadOnlyCollection<string>? tensors = null)
    {
        hf = Whole(hf);
        ModelProvider provider = ToSharedProvider(hf);
        if (provider.Has("num_layers") && provider["num_layers"] is ConfigValue.Integer { Value.IsZero: false })
        {
            _ = provider.Count("num_layers"); // families make lists of that length
        }

        Configure(provider, hf);
        if (tensors is not null)
        {
            ConfigureFromTensors?.Invoke(provider, tensors);
            if (provider.MtpNumLayers > 0 && !HasPrediction(provider, [.. tensors]))
            {
                provider["mtp_num_layers"] = Schema.Field("mtp_num_layers")!.Default;
            }
        }

        if (!IsUpstream)
        {
            provider.HfArchitecture = Architecture;
            RopeConfig.TakeDefaults(provider);
        }

        return provider;
    }

    /// <summary>
    /// The provider of a model that is to compute as transformers does of this config.json, also where upstream's fields, and so a
    /// checkpoint, have no place for what the config says.
    /// </summary>
    /// <param name="provider">A provider of the model, from the config or from a checkpoint; it is not changed.</param>
    /// <param name="hf">The config.json.</param>
    public ModelProvider Exactly(ModelProvider provider, HfConfig hf)
    {
        ModelProvider exact = provider.Clone();
        hf = Whole(hf);
        if (!exact.MultiLatentAttention)
        {
            RopeConfig.Read(Language(hf)).KeepScaling(exact);
        }

        exact.NormTopkProb = Language(hf).FlagOrNull("norm_topk_prob");
        if (exact.MoeRouterScoreFunction == "sigmoid" && exact.MoeRouterNumGroups > 1)
        {
            exact.GroupScoreExperts = 2; // a number that no config says
        }

        ConfigureExactly?.Invoke(exact, hf);
        return exact;
    }

    /// <summary>A config.json for a provider, from nothing else: all keys of <see cref="HfDefaults"/>, token numbers not among them.</summary>
    /// <exception cref="InvalidConfigException">A field has a value that Hugging Face cannot express.</exception>
    public JsonObject ToHf(ModelProvider provider)
    {
        JsonObject hf = Defaults();
        foreach (KeptConfig kept in KeptConfigs)
        {
            kept.ToHf(provider, hf);
        }

        JsonObject shared = [];
        SharedConfig.ConfigureHf(shared, provider, ConfigMapping);
        JsonObject language = TextConfig is null ? hf : LanguageConfig.At(hf, TextConfig);
        if (IsOfDiffusers)
        {
            hf[HfConfig.ClassNameKey] = Architecture;
        }
        else
        {
            hf["architectures"] = new JsonArray(Architecture);
            hf["model_type"] = ModelType;
        }

        foreach ((string key, JsonNode? value) in shared)
        {
            if (hf.ContainsKey(key))
            {
                hf[key] = value?.DeepClone();
            }

            if (language.ContainsKey(key) || (key == RopeConfig.Key && !IsOfDiffusers))
            {
                language[key] = value?.DeepClone();
            }
        }

        OuterMapping.ToHf(provider, hf);
        ConfigureHf(hf, provider);
        if (provider.NormTopkProb is { } isNormed)
        {
            language["norm_topk_prob"] = isNormed;
        }

        return hf;
    }

    /// <summary>
    /// The config.json of the model that a completed provider came from, with the keys changed for which the provider says something else
    /// than it did there, the names of its <paramref name="tensors"/> considered. Everything else stays, token numbers and all, in the spelling of the source.
    /// </summary>
    /// <exception cref="Storage.BadFileException">The source cannot be read.</exception>
    /// <exception cref="InvalidConfigException">A field has a value that Hugging Face cannot express.</exception>
    public HfConfig ToHf(ModelProvider provider, HfConfig source, IReadOnlyCollection<string>? tensors = null)
    {
        ModelProvider unchanged = ToProvider(source, tensors);
        unchanged.Complete();
        return HfConfigPatch.Apply(source, new(ToHf(unchanged)), new(ToHf(provider)), ConfigMapping);
    }

    /// <summary>True when checkpoints of the family go under an entry of <c>architectures</c>.</summary>
    public bool Has(string architecture) => Architecture == architecture || OtherArchitectures.Contains(architecture);

    private bool HasPrediction(ModelProvider provider, HashSet<string> tensors) =>
        Parameters
            .Where(row => row.Megatron.Text.Contains("mtp.layers.", StringComparison.Ordinal))
            .Any(row => row.HfNames(new int[row.Megatron.StarCount], provider).Any(tensors.Contains));

    /// <summary><see cref="HfDefaults"/>, parsed.</summary>
    internal JsonObject Defaults() => JsonNode.Parse(HfDefaults)!.AsObject();

    /// <summary>The provider before the family's own <see cref="Configure"/>, for a config with all defaults.</summary>
    internal ModelProvider ToSharedProvider(HfConfig hf)
    {
        ModelProvider provider = SharedConfig.ToProvider(Language(hf), Schema, ConfigMapping);
        OuterMapping.ToMegatron(hf, provider);
        foreach (KeptConfig kept in KeptConfigs)
        {
            kept.ToMegatron(hf, provider);
        }

        return provider;
    }

    /// <summary>The config with all defaults, and with the language model's part as such.</summary>
    internal HfConfig Whole(HfConfig hf)
    {
        JsonObject defaults = Defaults();
        JsonObject language = TextConfig is null ? defaults : LanguageConfig.At(defaults, TextConfig);
        HfConfig given = TextConfig is null ? hf : LanguageConfig.Gather(hf, TextConfig, language);
        TakeOtherNames(Language(given).Json, language);
        return given.WithDefaults(defaults);
    }

    // A config that has num_experts says num_local_experts, too.
    private void TakeOtherNames(JsonObject given, JsonObject defaults)
    {
        foreach ((string key, string field) in ConfigMapping.Rows)
        {
            string? other = ConfigMapping
                .Rows.FirstOrDefault(row => row.Megatron == field && given[row.Hf] is not null)
                .Hf;
            if (other is not null && defaults.ContainsKey(key) && !given.ContainsKey(key))
            {
                defaults[key] = given[other]!.DeepClone();
            }
        }
    }

    private HfConfig Language(HfConfig hf) => TextConfig is null ? hf : hf.Nested(TextConfig)!;
}
