using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Quantization;

/// <summary>What a model's config says about how its weights are stored.</summary>
internal sealed class QuantizationConfig
{
    /// <summary>Name of the file in which ModelOpt says it, where config.json does not.</summary>
    public const string ModelOptFileName = "hf_quant_config.json";

    /// <summary>The key in config.json.</summary>
    public const string Key = "quantization_config";

    private const string OldKey = "compression_config";

    private static readonly string[] Methods =
    [
        "fp8",
        "mxfp8",
        "fbgemm_fp8",
        "mxfp4",
        "compressed-tensors",
        "modelopt",
        "modelopt_fp4",
        "gptq",
        "awq",
    ];

    // Other algorithms of ModelOpt change the activations together with the weights, which then mean nothing alone.
    private static readonly string[] ModelOptAlgorithms =
    [
        "FP8",
        "FP8_PER_CHANNEL_PER_TOKEN",
        "FP8_PB_WO",
        "NVFP4",
        "W4A16_NVFP4",
        "MXFP8",
        "MXFP4",
        "MIXED_PRECISION",
    ];

    private readonly ModuleList _excluded;
    private readonly IReadOnlyList<WeightScheme> _groups;

    private QuantizationConfig(HfConfig json, string method)
    {
        Json = json;
        Method = method;
        _excluded = new([
            .. new[] { "modules_to_not_convert", "ignored_layers", "ignore", "exclude_modules" }
                .Where(json.IsSet)
                .SelectMany(json.Texts),
        ]);
        _groups =
        [
            .. (json.Nested("config_groups")?.Json.Select(group => group.Key) ?? [])
                .Select(key => json.Nested("config_groups")!.Nested(key) is { } group ? WeightScheme.Read(group) : null)
                .OfType<WeightScheme>(),
        ];
        BlockSize = WeightScheme.BlockSize(json, "weight_block_size");
    }

    /// <summary>The keys, which differ from method to method.</summary>
    public HfConfig Json { get; }

    /// <summary>The <c>quant_method</c>.</summary>
    public string Method { get; }

    /// <summary>Rows and columns that share a scale, where the config says so for all modules.</summary>
    public (int Rows, int Columns)? BlockSize { get; }

    /// <summary>True for the methods that describe each group of modules.</summary>
    public bool HasGroups => _groups.Count > 0;

    /// <summary>The config of a folder, or null for a model that is not quantised.</summary>
    /// <exception cref="UnsupportedModelException">The method is not known.</exception>
    public static QuantizationConfig? Find(HfFolder folder, HfConfig config)
    {
        string modelOpt = folder.PathOf(ModelOptFileName);
        HfConfig? json = config.Nested(Key) ?? config.TextConfig.Nested(Key) ?? config.Nested(OldKey);
        if (json is null && File.Exists(modelOpt))
        {
            json = HfConfig.Load(modelOpt).Nested("quantization");
            return json is null ? null : Read(json, "modelopt");
        }

        return json is null ? null : Read(json, json.IsSet("quant_algo") ? "modelopt" : null);
    }

    /// <summary>Reads the keys.</summary>
    /// <exception cref="UnsupportedModelException">The method is not known.</exception>
    public static QuantizationConfig Read(HfConfig json, string? otherwise = null)
    {
        string? method = json.TextOrNull("quant_method") ?? otherwise;
        if (method is null || !Methods.Contains(method))
        {
            throw new UnsupportedModelException(
                $"{json.Path}: the weights are quantised by '{method ?? "?"}' (quant_method), which this version cannot read; it knows "
                    + $"{string.Join(", ", Methods)}. Have the tool that made the model save it without quantization."
            );
        }

        if (method.StartsWith("modelopt", StringComparison.Ordinal))
        {
            RequireKnownAlgorithm(json);
        }

        string sparsity = json.Nested("sparsity_config")?.TextOr("format", "dense") ?? "dense";
        if (sparsity != "dense")
        {
            throw new UnsupportedModelException(
                $"{json.Path}: the weights are stored as '{sparsity}' (sparsity_config), which this version cannot read."
            );
        }

        return new(json, method);
    }

    /// <summary>The config of the same model without quantization.</summary>
    public static HfConfig RemoveFrom(HfConfig config)
    {
        JsonObject json = (JsonObject)config.Json.DeepClone();
        foreach (JsonObject part in json.Select(entry => entry.Value).OfType<JsonObject>().Prepend(json).ToList())
        {
            part.Remove(Key);
            part.Remove(OldKey);
        }

        return new(json, config.Path);
    }

    /// <summary>The entry of the lists of what is not quantised that names the module, or null.</summary>
    public string? Excluding(string module) => _excluded.Match(module);

    /// <summary>How the weights of a module are stored: the group that names it, else the one that names none or a class.</summary>
    public WeightScheme? SchemeOf(string module) =>
        _groups.FirstOrDefault(group => group.Targets.Match(module) is not null)
        ?? _groups.FirstOrDefault(group => group.Targets.IsEmpty || group.Targets.Match("Linear") is not null)
        ?? (_groups.Count == 1 ? _groups[0] : null);

    private static void RequireKnownAlgorithm(HfConfig json)
    {
        string algorithm = json.TextOr("quant_algo", "");
        IEnumerable<string> layers = json.Nested("quantized_layers") is { } list
            ? list.Json.Select(layer => list.Nested(layer.Key)?.TextOr("quant_algo", "") ?? "")
            : [];
        foreach (string name in layers.Prepend(algorithm))
        {
            if (!ModelOptAlgorithms.Contains(name) && !(name.Length == 0 && json.IsSet("config_groups")))
            {
                throw new UnsupportedModelException(
                    $"{json.Path}: ModelOpt's '{name}' (quant_algo) cannot be read by this version; it knows "
                        + $"{string.Join(", ", ModelOptAlgorithms)}."
                );
            }
        }
    }
}
