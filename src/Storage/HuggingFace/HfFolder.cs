using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.HuggingFace;

/// <summary>
/// A folder with a Hugging Face model: config.json, weights in safetensors files, and what is beside them. In a pipeline of diffusers these
/// are in the folder of its transformer.
/// </summary>
public sealed class HfFolder : ITensorSource, IDisposable
{
    /// <summary>Name of the config.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The folder below a pipeline of diffusers that has its transformer.</summary>
    public const string TransformerName = "transformer";

    private readonly string _modelPath;

    private HfFolder(string path, string component, SafetensorsFolder weights, IReadOnlyList<string> fileNames)
    {
        Path = path;
        Component = component;
        _modelPath = ModelPath(path, component);
        Weights = weights;
        FileNames = fileNames;
    }

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>The folder below with the model in it: <see cref="TransformerName"/> in a pipeline of diffusers, else empty.</summary>
    public string Component { get; }

    /// <summary>The other folders of a pipeline, in order: its text encoders, its autoencoder; none for a model that is no pipeline.</summary>
    public IEnumerable<string> OtherComponents =>
        Component.Length == 0
            ? []
            : Directory
                .EnumerateDirectories(Path)
                .Select(folder => System.IO.Path.GetFileName(folder))
                .Where(name => name != Component)
                .Order(StringComparer.Ordinal);

    /// <summary>The weights, with the files that hold them.</summary>
    public SafetensorsFolder Weights { get; }

    /// <summary>Names of all files beside the config, in order; those in folders below do not count.</summary>
    public IReadOnlyList<string> FileNames { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => Weights.Names;

    /// <summary>Opens the folder and reads the headers of its weights.</summary>
    /// <exception cref="BadFileException">It is no such folder, or its weights break a rule of their format.</exception>
    public static HfFolder Open(string path)
    {
        string component = RequireComponent(path);
        string model = ModelPath(path, component);
        string[] names = [.. Directory.EnumerateFiles(model).Select(file => System.IO.Path.GetFileName(file)!)];
        Array.Sort(names, StringComparer.Ordinal);
        return new(path, component, SafetensorsFolder.Open(model), names);
    }

    /// <summary>True when the folder has a config, its own or that of a pipeline's transformer.</summary>
    public static bool HasConfig(string path) => FindComponent(path) is not null;

    /// <summary>The path of the config of a model, whether its weights are there or not.</summary>
    /// <exception cref="BadFileException">There is none.</exception>
    public static string ConfigPath(string path) =>
        System.IO.Path.Combine(ModelPath(path, RequireComponent(path)), ConfigName);

    /// <summary>The path of a file of the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(_modelPath, name);

    /// <inheritdoc/>
    public TensorView? Find(string name) => Weights.Tensors.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private static string ModelPath(string path, string component) =>
        component.Length == 0 ? path : System.IO.Path.Combine(path, component);

    private static string RequireComponent(string path)
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

        return FindComponent(path)
            ?? throw new BadFileException(path, $"there is no {ConfigName}, so this is no Hugging Face model.");
    }

    private static string? FindComponent(string path) =>
        Array.Find(
            ["", TransformerName],
            component => File.Exists(System.IO.Path.Combine(path, component, ConfigName))
        );
}
