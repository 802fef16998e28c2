using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Inspection;

/// <summary>A checkpoint of any kind, open for reading: what it is, its tensors, and the model that it belongs to.</summary>
public abstract class Checkpoint : ITensorSource, IDisposable
{
    private Dictionary<string, CheckpointTensor>? _byName;
    private AdapterFiles? _adapter;

    private protected Checkpoint(string path) => Path = path;

    /// <summary>The file, or the folder with the data.</summary>
    public string Path { get; }

    /// <summary>What it is, in words: <c>Hugging Face model</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>All tensors, in the order of the checkpoint.</summary>
    public abstract IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>Elements of all tensors that are not the state of an optimizer.</summary>
    public virtual long ParameterCount =>
        Tensors
            .Where(tensor => !tensor.Name.StartsWith("optimizer.", StringComparison.Ordinal))
            .Sum(tensor => tensor.View.Shape.ElementCount);

    /// <summary>Names of its data files and their sizes in bytes.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <summary>Other things in it that are worth knowing, by name.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> Facts => [];

    /// <summary>The model; null for files that do not tell.</summary>
    public virtual ModelIdentity? Model => null;

    /// <summary>The tensors that are stored as codes and scales; empty where there are none, or where their parts do not fit.</summary>
    public virtual IReadOnlyList<QuantizedTensor> Quantized => [];

    /// <summary>The tensors as the model knows them: codes with scales as the numbers that they stand for.</summary>
    /// <exception cref="MappingException">Codes and scales do not fit together.</exception>
    /// <exception cref="UnsupportedModelException">They are of a kind that is not known.</exception>
    public virtual ITensorSource Dequantized => this;

    /// <summary>The checkpoint for its tensors under their Hugging Face names; null when it is none of Megatron.</summary>
    internal virtual MegatronCheckpoint? Megatron => null;

    /// <summary>The config.json of a Hugging Face model; null for others.</summary>
    public virtual HfConfig? HfConfig => null;

    /// <summary>The folder of a Hugging Face model; null for others.</summary>
    internal virtual HfFolder? HfFolder => null;

    /// <summary>What is merged into its weights where they are compared or computed with; null for nothing.</summary>
    public AdapterSet? Adapter => _adapter?.Adapter;

    /// <summary>How it was cut; null for formats that do not cut.</summary>
    public virtual CheckpointLayout? Layout => null;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => ByName.Keys;

    private Dictionary<string, CheckpointTensor> ByName =>
        _byName ??= Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <summary>
    /// Opens a Hugging Face folder, a distributed checkpoint (its root or one iteration), a legacy checkpoint, a safetensors
    /// file, or a file of torch.
    /// </summary>
    /// <exception cref="BadFileException">It is none of these, or breaks a rule of its format.</exception>
    public static Checkpoint Open(string path)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
                ? SafetensorsCheckpoint.OpenFile(path)
                : OpenPickled(path);
        }

        if (SafetensorsCheckpoint.IsFolderWithoutConfig(path))
        {
            return SafetensorsCheckpoint.OpenFolder(path);
        }

        CheckpointLocation location = CheckpointLocation.Find(path);
        return location.Kind switch
        {
            CheckpointKind.HuggingFace => HfCheckpoint.OpenFolder(location.Folder),
            CheckpointKind.LegacyTorch => LegacyCheckpoint.Open(location),
            _ => TorchDistFolder.Open(location),
        };
    }

    /// <summary>Opens a model and an adapter of it, each in either format: it is compared, and runs, as if they were merged.</summary>
    /// <param name="path">As in <see cref="Open(string)"/>.</param>
    /// <param name="adapter">A folder of the library peft or a Megatron checkpoint of adapters; null for none.</param>
    /// <exception cref="BadFileException">A file breaks its format, or the settings of the adapter cannot be.</exception>
    /// <exception cref="UnsupportedModelException">It is no model that is supported.</exception>
    /// <exception cref="MappingException">The adapter does not fit the model; all faults are told.</exception>
    public static Checkpoint Open(string path, string? adapter)
    {
        Checkpoint checkpoint = Open(path);
        try
        {
            checkpoint._adapter = adapter is null ? null : checkpoint.OpenAdapter(adapter);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => ByName.GetValueOrDefault(name)?.View;

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes its own files.</summary>
    private protected abstract void Close();

    private AdapterFiles OpenAdapter(string adapter) =>
        Model is { Family: { } family, Provider: { } provider }
            ? AdapterFiles.Open(adapter, family, provider, Megatron is null ? Dequantized : null)
            : throw new UnsupportedModelException(
                $"{Path}: {Model?.Obstacle ?? $"{Kind}: nothing says what model it is, so it cannot be adapted."}"
            );

    private static Checkpoint OpenPickled(string path)
    {
        InputFile file = InputFile.Open(path);
        try
        {
            if (TorchFile.IsIn(file))
            {
                return TorchFileCheckpoint.Of(file);
            }

            using (file)
            {
                return PickleCheckpoint.IsIn(file)
                    ? PickleCheckpoint.Of(file)
                    : throw new BadFileException(
                        path,
                        "this is neither a safetensors file, nor one of torch, nor a pickle."
                    );
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private protected static KeyValuePair<string, long> Sized(string folder, string name) =>
        new(name, new FileInfo(System.IO.Path.Combine(folder, name)).Length);
}
