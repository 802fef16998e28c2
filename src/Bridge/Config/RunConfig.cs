using System.Text;
using MegatronBridge.Config.Schema;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>
/// A <c>run_config.yaml</c>: what a checkpoint of Megatron-Bridge says of the model and of the run that wrote it. Kept whole; what nobody
/// knows stays.
/// </summary>
public sealed class RunConfig
{
    /// <summary>Name of the file in an iteration folder.</summary>
    public const string FileName = "run_config.yaml";

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
    public RunConfig WithModel(ModelProvider provider) => new(Root.With("model", ModelSection.Write(provider)), _path);

    /// <summary>The same file for a checkpoint at another place and in another format.</summary>
    internal RunConfig WithSave(string savePath, CheckpointFormat format) =>
        new(SavedTo(Root, savePath, format), _path);

    /// <summary>The same file for a model of another type, where it says in which type the model was trained.</summary>
    internal RunConfig WithPrecision(DType dtype)
    {
        ConfigValue.Map root = Root;
        foreach (string name in (string[])["optimizer", "mixed_precision"])
        {
            bool isMixed =
                Section(name) is { } told
                && (told.Find("bf16") == (ConfigValue)true || told.Find("fp16") == (ConfigValue)true);
            if (isMixed)
            {
                ConfigValue.Map section = Section(name)!
                    .With("bf16", dtype == DType.BF16)
                    .With("fp16", dtype == DType.F16)
                    .With("params_dtype", Targets.DType(dtype.TorchName()));
                root = root.With(name, section);
            }
        }

        // Upstream's own names: bf16_mixed, fp16_with_mxfp8_mixed and so on.
        if (TextOf(Root, "mixed_precision")?.Split('_', 2) is ["bf16" or "fp16", var rest])
        {
            string? sort =
                dtype == DType.BF16 ? "bf16"
                : dtype == DType.F16 ? "fp16"
                : null;
            root = root.With("mixed_precision", sort is null ? ConfigValue.Null : $"{sort}_{rest}");
        }

        return new(root, _path);
    }

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
        ModelProvider provider = ModelSection.Read(model, _path, "section \"model\": ");
        BringUpToDate(provider);
        return provider;
    }

    /// <summary>The text of the file, as the real Megatron-Bridge writes it: ASCII, keys sorted.</summary>
    public override string ToString() => YamlWriter.Write(Root);

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(ToString());

    private static ConfigValue.Map SavedTo(ConfigValue.Map sections, string savePath, CheckpointFormat format) =>
        sections.Find("checkpoint") is ConfigValue.Map checkpoint
            ? sections.With(
                "checkpoint",
                checkpoint
                    .With("save", savePath)
                    .With("ckpt_format", format == CheckpointFormat.TorchDist ? "torch_dist" : "torch")
            )
            : sections;

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
