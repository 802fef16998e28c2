using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;

namespace MegatronBridge.Adapters;

/// <summary>A folder of the library peft, open for reading: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal sealed class PeftFolder : IDisposable
{
    private readonly PeftWeights _weights;
    private readonly AdapterSet _adapter; // with the names of the folder

    private PeftFolder(string path, PeftConfig config, PeftWeights weights)
    {
        _weights = weights;
        List<string> faults = [];
        PeftModules modules = new(config, weights.Tensors, faults);
        if (modules.Updates.Count + modules.Packed.Count == 0 && faults.Count == 0)
        {
            faults.Add($"There is not one adapter in {path}.");
        }

        if (faults.Count > 0)
        {
            throw new MappingException($"{path}: the tensors do not fit {PeftConfig.FileName}", faults);
        }

        _adapter = new()
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
            Warnings = [.. Warnings(config)],
        };
    }

    /// <summary>The model that it adapts, as it names it, or null.</summary>
    public string? BaseModel => _adapter.BaseModel;

    /// <summary>Number of tensors in its file.</summary>
    public int TensorCount => _weights.Tensors.Count;

    /// <summary>True for a folder of the library peft, or of several; a Megatron checkpoint may have what upstream exported beside it.</summary>
    public static bool IsAt(string path) =>
        !File.Exists(Path.Combine(path, ".metadata"))
        && (File.Exists(Path.Combine(path, PeftConfig.FileName)) || Within(path).Any());

    /// <summary>True for what such a folder consists of: the names that may be overwritten.</summary>
    public static bool IsOurs(string name) => name is PeftConfig.FileName or PeftWeights.FileName or "README.md";

    /// <summary>Opens a folder and reads its headers.</summary>
    /// <exception cref="BadFileException">A file is missing or damaged, or says what cannot be converted.</exception>
    /// <exception cref="MappingException">The tensors do not fit the config; all faults are told.</exception>
    public static PeftFolder Open(string path)
    {
        string[] within = [.. Within(path)];
        if (within.Length > 0 && !File.Exists(Path.Combine(path, PeftConfig.FileName)))
        {
            throw new BadFileException(
                path,
                $"it has no adapter itself, but folders with one; name one of them: {string.Join(", ", within)}."
            );
        }

        PeftConfig config = PeftConfig.Load(Path.Combine(path, PeftConfig.FileName));
        PeftWeights weights = PeftWeights.Open(path);
        try
        {
            return new(path, config, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>The adapter, with the names of a model's files and a pair of matrices for each expert.</summary>
    /// <exception cref="MappingException">The model has no such experts; all faults are told.</exception>
    public AdapterSet For(Family family, ModelProvider provider, ITensorSource? hf)
    {
        IEnumerable<string> names =
            hf?.Names
            ?? Binding.Bind(family, provider, ModelTable.Build(provider)).SelectMany(binding => binding.HfNames);
        return PackedExperts.Resolve(MemoryNames.Resolve(_adapter, names), family, provider, hf);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static IEnumerable<string> Within(string path) =>
        Directory.Exists(path)
            ? Directory
                .EnumerateDirectories(path)
                .Where(folder =>
                    File.Exists(Path.Combine(folder, PeftConfig.FileName))
                    && !Path.GetFileName(folder).StartsWith("iter_", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> Warnings(PeftConfig config)
    {
        if (config.HasUnclearTargets)
        {
            yield return $"Which modules {PeftConfig.FileName} means by its pattern was not checked: all that have tensors are adapted.";
        }

        string[] unknown = [.. config.UnknownFields];
        if (unknown.Length > 0)
        {
            yield return $"{PeftConfig.FileName} has fields that are not known here and were not followed: {string.Join("; ", unknown)}.";
        }
    }
}
