using System.Text;
using MegatronBridge.Config.Schema;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Config;

/// <summary>
/// A <c>run_config.yaml</c>: what a checkpoint of Megatron-Bridge says of the model and of the run that wrote it. Kept whole; what nobody
/// knows stays.
/// </summary>
public sealed class RunConfig
{
    /// <summary>Name of the file in an iteration folder.</summary>
    public const string FileName = "run_config.yaml";

    private const string BuilderKey = "_builder_";

    // Without these nobody can say what a model looks like.
    private static readonly string[] Needed =
    [
        "num_layers",
        "hidden_size",
        "ffn_hidden_size",
        "num_attention_heads",
        "num_query_groups",
        "kv_channels",
        "normalization",
        "activation_func",
        "gated_linear_unit",
        "add_bias_linear",
        "add_qkv_bias",
        "qk_layernorm",
        "num_moe_experts",
        "moe_ffn_hidden_size",
        "moe_layer_freq",
        "position_embedding_type",
        "share_embeddings_and_output_weights",
        "vocab_size",
        "params_dtype",
    ];

    private readonly string _path;

    private RunConfig(ConfigValue.Map root, string path)
    {
        Root = root;
        _path = path;
    }

    /// <summary>The whole document.</summary>
    public ConfigValue.Map Root { get; }

    /// <summary>Where the model was converted from, or null.</summary>
    public string? HfModelId =>
        (
            TextOf(Section("model"), "hf_model_id")
            ?? TextOf(Section("model")?.Find("extra_checkpoint_metadata"), "hf_model_id")
        );

    /// <summary>Parses the bytes of a run_config.yaml.</summary>
    /// <exception cref="BadFileException">It is no YAML map of plain data.</exception>
    public static RunConfig Parse(ReadOnlySpan<byte> utf8, string path = FileName) =>
        new(YamlReader.Read(utf8, path), path);

    /// <summary>Reads a run_config.yaml.</summary>
    /// <exception cref="BadFileException">It is missing, or no YAML map of plain data.</exception>
    public static RunConfig Load(string path) => Parse(ConfigFile.Read(path), path);

    /// <summary>
    /// The file of a conversion: <paramref name="savePath"/> is the checkpoint folder as the user gave it, <paramref name="tokenizerModel"/>
    /// the folder that the tokenizer came from, or null when there is none.
    /// </summary>
    public static RunConfig ForConversion(
        ModelProvider provider,
        string savePath,
        string? tokenizerModel,
        CheckpointFormat format = CheckpointFormat.TorchDist
    )
    {
        ConfigValue.Map sections = SavedTo(RunConfigDefaults.Sections, savePath, format);
        if (tokenizerModel is not null)
        {
            sections = sections.With("tokenizer", RunConfigDefaults.Tokenizer.With("tokenizer_model", tokenizerModel));
        }

        return new RunConfig(sections, FileName).WithModel(provider);
    }

    /// <summary>The same file for another model section.</summary>
    public RunConfig WithModel(ModelProvider provider) =>
        new(
            Root.With("model", ConfigValue.MapOf([(Targets.Key, provider.Schema.Target), .. Entries(provider)])),
            _path
        );

    /// <summary>The same file for a checkpoint at another place and in another format.</summary>
    internal RunConfig WithSave(string savePath, CheckpointFormat format) =>
        new(SavedTo(Root, savePath, format), _path);

    /// <summary>The same file with another section.</summary>
    public RunConfig With(string section, ConfigValue.Map value) => new(Root.With(section, value), _path);

    /// <summary>A section, or null when it is null or missing.</summary>
    public ConfigValue.Map? Section(string name) => Root.Find(name) as ConfigValue.Map;

    /// <summary>
    /// The model section as a provider. Fields that the class does not have are kept in it. What older versions wrote is brought up to date.
    /// </summary>
    /// <exception cref="BadFileException">There is no model section, or a field is of the wrong kind.</exception>
    /// <exception cref="UnsupportedModelException">The model's class is not known, and fields are missing that it may have defaults for.</exception>
    public ModelProvider ToProvider()
    {
        ConfigValue.Map model = Section("model") ?? throw new BadFileException(_path, "there is no section \"model\".");
        ModelProvider provider = SchemaOf(model).NewProvider();
        foreach ((string field, ConfigValue value) in ModelFields(model))
        {
            try
            {
                // Configs of the builder kind name the activation by a word.
                ConfigValue typed =
                    field == "activation_func" && value is ConfigValue.Text name
                        ? ActivationMap.ToMegatron(name.Value) ?? value
                        : value;
                provider.SetOrKeep(field, typed);
            }
            catch (InvalidConfigException e)
            {
                throw new BadFileException(_path, $"section \"model\": {e.Message}", e);
            }
        }

        BringUpToDate(provider);
        return provider;
    }

    /// <summary>The text of the file, as the real Megatron-Bridge writes it: ASCII, keys sorted.</summary>
    public override string ToString() => YamlWriter.Write(Root);

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(ToString());

    // A config of the builder kind has the fields of the transformer in a map of their own.
    private static IEnumerable<(string Field, ConfigValue Value)> ModelFields(ConfigValue.Map model)
    {
        ConfigValue.Map? transformer = model.Find(BuilderKey) is null
            ? null
            : model.Find("transformer") as ConfigValue.Map;
        return model
            .Entries.Where(entry => transformer is null || (entry.Key != "transformer" && entry.Key != BuilderKey))
            .Concat(transformer?.Entries ?? [])
            .Where(entry => entry.Key != Targets.Key)
            .Select(entry => (entry.Key.ToString(), entry.Value));
    }

    private ProviderSchema SchemaOf(ConfigValue.Map model)
    {
        string target =
            Targets.Of(model)
            ?? throw new BadFileException(_path, "the section \"model\" has no _target_ that names its class.");
        if (model.Find(BuilderKey) is not null && model.Find("transformer") is ConfigValue.Map transformer)
        {
            return target.Contains(".hybrid.", StringComparison.Ordinal)
                || target.Contains(".mamba.", StringComparison.Ordinal)
                    ? ProviderSchema.Hybrid
                : Targets.Of(transformer)?.EndsWith(".MLATransformerConfig", StringComparison.Ordinal) == true
                    ? ProviderSchema.Mla
                : ProviderSchema.Gpt;
        }

        return ProviderSchema.Find(target, model.Entries.Select(entry => entry.Key.ToString()))
            ?? FromFields(target, model)
            ?? throw new UnsupportedModelException(
                $"{_path}: the model's class {target} is not known, and the section does not say enough to do without it; known are "
                    + $"{string.Join(", ", ProviderSchema.All.Select(known => known.Name))}."
            );
    }

    // Other versions of upstream have other classes. They can be taken by what they extend when no default of theirs is needed.
    private static ProviderSchema? FromFields(string target, ConfigValue.Map model)
    {
        ProviderSchema extended =
            model.Find("kv_lora_rank") is not null ? ProviderSchema.Mla
            : model.Find("hybrid_layer_pattern") is not null || model.Find("hybrid_override_pattern") is not null
                ? ProviderSchema.Hybrid
            : ProviderSchema.Gpt;
        return
            target.StartsWith("megatron.bridge.models.", StringComparison.Ordinal)
            && Needed.All(field => model.Find(field) is not null)
            ? extended.Derive(target)
            : null;
    }

    private static ConfigValue.Map SavedTo(ConfigValue.Map sections, string savePath, CheckpointFormat format) =>
        sections.Find("checkpoint") is ConfigValue.Map checkpoint
            ? sections.With(
                "checkpoint",
                checkpoint
                    .With("save", savePath)
                    .With("ckpt_format", format == CheckpointFormat.TorchDist ? "torch_dist" : "torch")
            )
            : sections;

    private static IEnumerable<(string, ConfigValue)> Entries(ModelProvider provider) =>
        provider.Fields.Concat(provider.Unknown).Select(field => (field.Key, field.Value));

    private static string? TextOf(ConfigValue? map, string key) =>
        ((map as ConfigValue.Map)?.Find(key) as ConfigValue.Text)?.Value;

    private static void BringUpToDate(ModelProvider provider)
    {
        if (provider.Has("hybrid_layer_pattern") && provider.HybridLayerPattern is null)
        {
            provider["hybrid_layer_pattern"] = provider["hybrid_override_pattern"];
            provider["hybrid_override_pattern"] = ConfigValue.Null;
        }

        if (provider.PipelineModelParallelLayout is ConfigValue.Map)
        {
            provider.PipelineModelParallelLayout = null;
        }

        provider["timers"] = ConfigValue.Null;

        const string unified = "moe_flex_dispatcher_num_sms";
        string perBackend =
            provider["moe_flex_dispatcher_backend"] == "hybridep" ? "moe_hybridep_num_sms" : "moe_deepep_num_sms";
        if (provider[unified].IsNull)
        {
            provider[unified] = provider[perBackend];
        }

        provider["moe_hybridep_num_sms"] = ConfigValue.Null;
        provider["moe_deepep_num_sms"] = ConfigValue.Null;
    }
}
