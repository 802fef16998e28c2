using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>A folder of the library peft, open for reading: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal sealed class PeftFolder : IDisposable
{
    /// <summary>Name of the file with the tensors.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    private readonly SafetensorsFile _file;

    private PeftFolder(string path, PeftConfig config, SafetensorsFile file)
    {
        _file = file;
        List<string> faults = [];
        LowRankUpdate[] updates = [.. Updates(config, file, faults)];
        if (updates.Length == 0 && faults.Count == 0)
        {
            faults.Add($"There is not one adapter in {WeightsName}.");
        }

        if (faults.Count > 0)
        {
            throw new MappingException($"{path}: the tensors do not fit {PeftConfig.FileName}", faults);
        }

        Adapter = new()
        {
            Settings = new()
            {
                Method = config.UsesDora ? AdapterMethod.Dora : AdapterMethod.Lora,
                Rank = config.Rank,
                Alpha = config.UsesRankRoot ? config.Alpha * Math.Sqrt(config.Rank) : config.Alpha,
                Dropout = config.Dropout,
            },
            Updates = updates,
            BaseModel = config.BaseModel,
            Warnings = config.HasUnclearTargets
                ?
                [
                    $"Which modules {PeftConfig.FileName} means by its pattern was not checked: all that have tensors are adapted.",
                ]
                : [],
        };
    }

    /// <summary>The adapter.</summary>
    public AdapterSet Adapter { get; }

    /// <summary>True for a folder of the library peft.</summary>
    public static bool IsAt(string path) => File.Exists(Path.Combine(path, PeftConfig.FileName));

    /// <summary>True for what such a folder consists of: the names that may be overwritten.</summary>
    public static bool IsOurs(string name) => name is PeftConfig.FileName or WeightsName or "README.md";

    /// <summary>Opens a folder and reads its headers.</summary>
    /// <exception cref="BadFileException">A file is missing or damaged, or says what cannot be converted.</exception>
    /// <exception cref="MappingException">The tensors do not fit the config; all faults are told.</exception>
    public static PeftFolder Open(string path)
    {
        PeftConfig config = PeftConfig.Load(Path.Combine(path, PeftConfig.FileName));
        string weights = Path.Combine(path, WeightsName);
        if (!File.Exists(weights) && File.Exists(Path.Combine(path, "adapter_model.bin")))
        {
            throw new BadFileException(
                path,
                $"the tensors are in adapter_model.bin; save them as {WeightsName}, which peft does by default now."
            );
        }

        SafetensorsFile file = SafetensorsFile.Open(weights);
        try
        {
            return new(path, config, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static IEnumerable<LowRankUpdate> Updates(PeftConfig config, SafetensorsFile file, List<string> faults)
    {
        OrderedDictionary<string, TensorView?[]> modules = new(StringComparer.Ordinal);
        foreach ((string name, TensorView view) in file.Tensors)
        {
            if (PeftNames.Parse(name) is not var (module, kind))
            {
                faults.Add($"{name} {view.Shape} is no tensor of an adapter that is known here.");
                continue;
            }

            if (!modules.TryGetValue(module, out TensorView?[]? tensors))
            {
                modules.Add(module, tensors = new TensorView?[3]);
            }

            if (tensors[kind] is not null || !view.DType.IsWideFloat())
            {
                faults.Add($"{name} {view} is there twice, or is no floating-point number.");
            }

            tensors[kind] = view;
        }

        foreach ((string module, TensorView?[] tensors) in modules)
        {
            if (Fault(config, module, tensors) is { } fault)
            {
                faults.Add(fault);
                continue;
            }

            yield return new()
            {
                Weight = module + ".weight",
                A = tensors[0]!,
                B = tensors[1]!,
                Magnitude = tensors[2],
                Scale = config.ScaleOf(module),
            };
        }
    }

    private static string? Fault(PeftConfig config, string module, TensorView?[] tensors)
    {
        if (tensors is not [{ } a, { } b, var magnitude])
        {
            return $"{module} has {(tensors[0] is null ? "no lora_A" : "no lora_B")}.";
        }

        if (a.Shape.Rank != 2 || b.Shape.Rank != 2 || a.Shape[0] != b.Shape[1])
        {
            return $"{module} has lora_A {a.Shape} and lora_B {b.Shape}, which cannot be multiplied.";
        }

        if (a.Shape[0] != config.RankOf(module))
        {
            return $"{module} has the rank {a.Shape[0]}, but {PeftConfig.FileName} says {config.RankOf(module)}.";
        }

        if (!config.Targets(module))
        {
            return $"{module} has tensors, but {PeftConfig.FileName} does not name it among its modules, so that peft would leave it alone.";
        }

        return (magnitude is not null) != config.UsesDora
                ? $"{module} has {(magnitude is null ? "no" : "a")} lora_magnitude_vector, but use_dora is {(config.UsesDora ? "true" : "false")}."
            : magnitude is not null && magnitude.Shape != new Shape(b.Shape[0])
                ? $"{module} has lora_magnitude_vector {magnitude.Shape} beside lora_B {b.Shape}."
            : null;
    }
}
