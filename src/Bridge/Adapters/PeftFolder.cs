using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;

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
        PeftModules modules = new(config, file, faults);
        if (modules.Updates.Count + modules.Packed.Count == 0 && faults.Count == 0)
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
            Updates = modules.Updates,
            Packed = modules.Packed,
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

    /// <summary>Number of tensors in its file.</summary>
    public int TensorCount => _file.Tensors.Count;

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
}
