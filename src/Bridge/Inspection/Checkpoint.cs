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

    /// <inheritdoc/>
    public TensorView? Find(string name) => ByName.GetValueOrDefault(name)?.View;

    /// <inheritdoc/>
    public abstract void Dispose();

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
