using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Adapters;

/// <summary>The tensors of a folder of peft, open for reading: <c>adapter_model.safetensors</c>, or <c>adapter_model.bin</c> of older ones.</summary>
internal sealed class PeftWeights : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_model.safetensors";

    private const string PickledName = "adapter_model.bin";

    private readonly IDisposable _file;

    private PeftWeights(IDisposable file, IEnumerable<KeyValuePair<string, TensorView>> tensors)
    {
        _file = file;
        Tensors = [.. tensors];
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyList<KeyValuePair<string, TensorView>> Tensors { get; }

    /// <summary>Opens the file of a folder; nothing in it is executed.</summary>
    /// <exception cref="BadFileException">It is missing or damaged, or has what are no plain tensors.</exception>
    public static PeftWeights Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string pickled = Path.Combine(folder, PickledName);
        if (File.Exists(path) || !File.Exists(pickled))
        {
            SafetensorsFile file = SafetensorsFile.Open(path);
            return new(file, file.Tensors);
        }

        InputFile bytes = InputFile.Open(pickled);
        try
        {
            IReadOnlyList<NamedTensor> tensors = TorchFile.Open(bytes).ListTensors();
            return tensors.FirstOrDefault(tensor => tensor.View is null) is { } without
                ? throw new BadFileException(pickled, $"{without.Name} cannot be read: {without.Problem}")
                : new(bytes, tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.View!)));
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
