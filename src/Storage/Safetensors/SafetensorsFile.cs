using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>One safetensors file, open for reading; all rules of the format hold (docs/formats.md, safetensors).</summary>
public sealed class SafetensorsFile : ITensorSource, IDisposable
{
    private readonly InputFile _file;

    private SafetensorsFile(InputFile file)
    {
        _file = file;
        SafetensorsHeader header = SafetensorsHeader.Read(file);
        Metadata = header.Metadata;
        OrderedDictionary<string, TensorView> tensors = new(header.Entries.Count, StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in header.Entries)
        {
            tensors.Add(entry.Name, new FileView(entry.DType, entry.Shape, file, header.DataBegin + entry.Begin));
        }

        Tensors = tensors;
        Names = tensors.Keys;
    }

    /// <summary>Where the file is.</summary>
    public string Path => _file.Path;

    /// <summary>The texts that belong to no tensor, for example <c>format</c>; null when the file has none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>All tensors by name, in the order of the header.</summary>
    public IReadOnlyDictionary<string, TensorView> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="BadFileException">It is missing, or breaks a rule of the format, which the message names.</exception>
    public static SafetensorsFile Open(string path)
    {
        InputFile file = InputFile.Open(path);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => Tensors.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
