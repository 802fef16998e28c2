using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.HuggingFace;

/// <summary>A folder with a Hugging Face model: config.json, weights in safetensors files, and what is beside them.</summary>
public sealed class HfFolder : ITensorSource, IDisposable
{
    /// <summary>Name of the config.</summary>
    public const string ConfigName = "config.json";

    private HfFolder(string path, SafetensorsFolder weights, IReadOnlyList<string> fileNames)
    {
        Path = path;
        Weights = weights;
        FileNames = fileNames;
    }

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>The weights, with the files that hold them.</summary>
    public SafetensorsFolder Weights { get; }

    /// <summary>Names of all files in the folder, in order; those in folders below it do not count.</summary>
    public IReadOnlyList<string> FileNames { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => [.. Weights.Tensors.Keys];

    /// <summary>Opens the folder and reads the headers of its weights.</summary>
    /// <exception cref="BadFileException">It is no such folder, or its weights break a rule of their format.</exception>
    public static HfFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new BadFileException(
                path,
                File.Exists(path)
                    ? "this is a file. Give the folder of the model."
                    : "the folder does not exist. A model on the Hugging Face Hub is named ORG/NAME."
            );
        }

        if (!File.Exists(System.IO.Path.Combine(path, ConfigName)))
        {
            throw new BadFileException(path, $"there is no {ConfigName}, so this is no Hugging Face model.");
        }

        string[] names = [.. Directory.EnumerateFiles(path).Select(file => System.IO.Path.GetFileName(file)!)];
        Array.Sort(names, StringComparer.Ordinal);
        return new(path, SafetensorsFolder.Open(path), names);
    }

    /// <summary>The path of a file of the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public TensorView? Find(string name) => Weights.Tensors.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
