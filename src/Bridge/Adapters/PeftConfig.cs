using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage;

namespace MegatronBridge.Adapters;

/// <summary>An <c>adapter_config.json</c>, as the library peft has it.</summary>
internal sealed class PeftConfig
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    // What changes the meaning of the matrices, and what it must be.
    private static readonly (string Key, string Meaning)[] Unused =
    [
        ("modules_to_save", "whole layers that were trained"),
        ("fan_in_fan_out", "weights that are transposed"),
        ("layer_replication", "layers that are used twice"),
        ("lora_bias", "biases beside the matrices"),
        ("trainable_token_indices", "trained tokens"),
        ("alora_invocation_tokens", "adapters that begin at a token"),
        ("use_qalora", "groups of a quantised model"),
        ("arrow_config", "a choice between adapters"),
        ("use_bdlora", "matrices of blocks"),
        ("velora_config", "another method"),
        ("kasa_config", "another method"),
        ("monteclora_config", "another method"),
    ];

    // What changes nothing that is computed with the matrices, and what is read here.
    private static readonly HashSet<string> Known =
    [
        "alpha_pattern",
        "auto_mapping",
        "base_model_name_or_path",
        "bias",
        "corda_config",
        "ensure_weight_tying",
        "eva_config",
        "exclude_modules",
        "inference_mode",
        "init_lora_weights",
        "layers_pattern",
        "layers_to_transform",
        "loftq_config",
        "lora_alpha",
        "lora_dropout",
        "lora_ga_config",
        "megatron_config",
        "megatron_core",
        "peft_type",
        "peft_version",
        "qalora_group_size",
        "r",
        "rank_pattern",
        "revision",
        "runtime_config",
        "target_modules",
        "target_parameters",
        "task_type",
        "use_dora",
        "use_rslora",
    ];

    // Other beginnings take something out of the weights of the model, which then is not the one that was published.
    private static readonly HashSet<string> HarmlessBeginnings = ["gaussian", "eva", "orthogonal"];

    private readonly JsonObject _json;
    private readonly string _path;
    private readonly List<string> _faults = [];
    private readonly PeftPatterns _ranks;
    private readonly PeftPatterns _alphas;
    private readonly PeftTargets _targets;
    private readonly PeftTargets _excluded;
    private readonly PeftLayers _layers;
    private readonly IReadOnlyList<string> _parameters;

    private PeftConfig(JsonObject json, string path)
    {
        _json = json;
        _path = path;
        if (Text("peft_type") is var type and not "LORA")
        {
            _faults.Add($"peft_type is {type ?? "missing"}; only LORA is known here");
        }

        foreach ((string key, string meaning) in Unused.Where(rule => !IsNothing(_json[rule.Key])))
        {
            _faults.Add($"{key} is {Written(_json[key])}: {meaning} cannot be converted");
        }

        if (Text("bias") is { } bias and not "none")
        {
            _faults.Add($"bias is {bias}: biases that were trained cannot be converted");
        }

        if (Text("init_lora_weights") is { } beginning && !HarmlessBeginnings.Contains(beginning))
        {
            _faults.Add(
                $"init_lora_weights is {beginning}: the adapter is for a model whose weights were changed before the training; save it as plain "
                    + "LoRA (path_initial_model_for_weight_conversion of peft)"
            );
        }

        Rank = (int)Number("r", 8, IsRank);
        Alpha = Number("lora_alpha", 8, IsAlpha);
        Dropout = Number("lora_dropout", 0, value => value is >= 0 and <= 1);
        UsesDora = Flag("use_dora");
        UsesRankRoot = Flag("use_rslora");
        _ranks = new("rank_pattern", _json["rank_pattern"], IsRank, _faults);
        _alphas = new("alpha_pattern", _json["alpha_pattern"], IsAlpha, _faults);
        _targets = new("target_modules", _json["target_modules"], _faults);
        _excluded = new("exclude_modules", _json["exclude_modules"], _faults);
        _layers = new(_json["layers_to_transform"], _json["layers_pattern"], _faults);
        _parameters = Parameters();
        if (_faults.Count > 0)
        {
            throw new BadFileException(path, $"{string.Join("; ", _faults)}.");
        }
    }

    public int Rank { get; }

    public double Alpha { get; }

    public double Dropout { get; }

    public bool UsesDora { get; }

    /// <summary>True when the product is multiplied by alpha over the root of the rank.</summary>
    public bool UsesRankRoot { get; }

    public string? BaseModel => Text("base_model_name_or_path");

    /// <summary>True when what it says of the modules can only be told by peft itself.</summary>
    public bool HasUnclearTargets => _targets.IsUnclear || _excluded.IsUnclear;

    /// <summary>Fields that say something and are not known here, with what they say.</summary>
    public IEnumerable<string> UnknownFields =>
        from entry in _json
        where !Known.Contains(entry.Key) && !Array.Exists(Unused, rule => rule.Key == entry.Key)
        where !IsNothing(entry.Value)
        select $"{entry.Key}: {Written(entry.Value)}";

    /// <summary>Reads the file.</summary>
    /// <exception cref="BadFileException">It is missing or damaged, or says what cannot be converted.</exception>
    public static PeftConfig Load(string path) => new(PythonJson.Parse(ConfigFile.Read(path), path), path);

    /// <summary>The rank of a module's matrices.</summary>
    public double RankOf(string module) => _ranks.Find(module) ?? Rank;

    /// <summary>What the product of a module's matrices is multiplied by.</summary>
    public double ScaleOf(string module)
    {
        double rank = RankOf(module);
        return (_alphas.Find(module) ?? Alpha) / (UsesRankRoot ? Math.Sqrt(rank) : rank);
    }

    /// <summary>False when peft would leave a module alone, whatever tensors there are for it.</summary>
    public bool Targets(string module) =>
        HasUnclearTargets
        || (
            !_excluded.Has(module)
            && (!_targets.IsGiven || _targets.Names(module) || (_targets.Has(module) && _layers.Has(module)))
        );

    /// <summary>True when it names a module as a layer.</summary>
    public bool NamesLayer(string module) => _targets.IsGiven && _targets.Has(module);

    /// <summary>The parameters of a module that are adapted themselves, in the order of the module.</summary>
    public IReadOnlyList<string> ParametersOf(string module) =>
        [
            .. _parameters
                .Select(target => (Dot: target.LastIndexOf('.'), Target: target))
                .Where(one =>
                    one.Dot < 0
                    || module == one.Target[..one.Dot]
                    || module.EndsWith("." + one.Target[..one.Dot], StringComparison.Ordinal)
                )
                .Select(one => one.Target[(one.Dot + 1)..])
                .Distinct()
                .OrderBy(PackedExpert.PlaceOf),
        ];

    /// <summary>The file for an adapter, as upstream writes it.</summary>
    public static byte[] Write(AdapterSet adapter)
    {
        AdapterSettings settings = adapter.Settings;
        JsonObject ranks = [];
        LowRankUpdate[] own = [.. adapter.Updates.Where(update => PackedExpert.Parse(update.Weight) is null)];
        foreach (LowRankUpdate update in own.Where(update => update.Rank != settings.Rank))
        {
            ranks[PeftNames.ModuleOf(update.Weight)] = update.Rank;
        }

        PackedMatrices[] packed = [.. PeftTensors.PackedOf(adapter)];
        foreach (PackedMatrices experts in packed.Where(experts => experts.Rank != settings.Rank))
        {
            ranks[$"{experts.Module}.{experts.Parameter}"] = experts.Rank;
        }

        IEnumerable<string> targets = own.Select(update => PeftNames.ModuleOf(update.Weight))
            .Select(module => module[(module.LastIndexOf('.') + 1)..])
            .Distinct()
            .Order(StringComparer.Ordinal);
        JsonObject json = new()
        {
            ["peft_type"] = "LORA",
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = adapter.BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = (settings.Alpha % 1 == 0 ? (ConfigValue)(long)settings.Alpha : settings.Alpha).ToJson(),
            ["lora_dropout"] = ((ConfigValue)(packed.Length > 0 ? 0 : settings.Dropout)).ToJson(),
            ["modules_to_save"] = null,
            ["r"] = settings.Rank,
            ["rank_pattern"] = ranks,
            ["alpha_pattern"] = new JsonObject(),
            ["target_modules"] = new JsonArray([.. targets.Select(name => JsonValue.Create(name))]),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = settings.Method == AdapterMethod.Dora,
            ["use_rslora"] = false,
        };
        if (adapter.Excluded.Count > 0)
        {
            json["exclude_modules"] = new JsonArray([.. adapter.Excluded.Select(name => JsonValue.Create(name))]);
        }

        if (packed.Length > 0)
        {
            bool isEverywhere = !adapter.Fillers.Any(weight => PackedExpert.Parse(weight) is not null);
            IEnumerable<string> names = packed.Select(experts => $"{experts.Module}.{experts.Parameter}");
            names = isEverywhere ? names.Select(PeftExclusions.BehindLayer).Distinct() : names;
            json["target_parameters"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        }

        return Encoding.UTF8.GetBytes(PythonJson.Write(json, sortKeys: false).TrimEnd('\n'));
    }

    private IReadOnlyList<string> Parameters()
    {
        if (IsNothing(_json["target_parameters"]))
        {
            return [];
        }

        string[] targets = _json["target_parameters"] is JsonArray list
            ? [.. list.Select(node => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "")]
            : [""];
        if (!Array.TrueForAll(targets, target => PackedExpert.PlaceOf(target[(target.LastIndexOf('.') + 1)..]) >= 0))
        {
            _faults.Add(
                $"target_parameters is {Written(_json["target_parameters"])}: of parameters that are no layers only gate_up_proj and "
                    + "down_proj of experts can be converted"
            );
        }
        else if (UsesDora)
        {
            _faults.Add("use_dora is true, which peft itself has not for target_parameters");
        }

        return targets;
    }

    private string? Text(string key) =>
        _json[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    // On one line, and not all of what a hostile file may have.
    internal static string Written(JsonNode? node)
    {
        string text =
            node is JsonValue value && value.TryGetValue(out string? word) && PythonJson.NonFinite(word) is not null
                ? word[1..]
                : node?.ToJsonString() ?? "null";
        return text.Length <= 200 ? text : text[..200] + "...";
    }

    private static bool IsRank(double value) => value is >= 1 and <= 65536 && value % 1 == 0;

    private static bool IsAlpha(double value) => value is > 0 and < 1e9;

    private bool Flag(string key)
    {
        JsonValueKind? kind = _json[key]?.GetValueKind();
        if (kind is not (null or JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False))
        {
            _faults.Add($"{key} is {Written(_json[key])}, neither true nor false");
        }

        return kind == JsonValueKind.True;
    }

    private static bool IsNothing(JsonNode? node) =>
        node is null or JsonArray { Count: 0 } or JsonObject { Count: 0 }
        || node.GetValueKind() is JsonValueKind.False or JsonValueKind.Null;

    private double Number(string key, double byDefault, Predicate<double> isGood)
    {
        JsonNode? node = _json[key];
        if (node is null)
        {
            return byDefault;
        }

        if (
            node.GetValueKind() == JsonValueKind.Number
            && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && isGood(number)
        )
        {
            return number;
        }

        _faults.Add($"{key} is {Written(node)}, which cannot be");
        return byDefault;
    }
}
