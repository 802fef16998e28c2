using MegatronBridge.Hub;
using MegatronBridge.Storage;

namespace MegatronBridge.Config;

// A provider in a file of its own.
public abstract partial class ModelProvider
{
    /// <summary>Name of the file that <see cref="SaveHfPretrained"/> writes when nothing is said.</summary>
    public const string ConfigName = "mhub_model.json";

    /// <summary>The format that it has then.</summary>
    public const ConfigFormat DefaultConfigFormat = ConfigFormat.Json;

    /// <summary>
    /// Reads a provider that this library or upstream has saved. Its class is the one that the file names, whatever class this is called
    /// on. Names of functions in the file stay names: nothing of it is run, so there is nothing to trust.
    /// </summary>
    /// <param name="path">The file, or the folder that it is in.</param>
    /// <param name="mode">What is done with fields that the class does not have.</param>
    /// <param name="configName">Name of the file in the folder without its ending; <c>mhub_model</c> when nothing is said.</param>
    /// <exception cref="BadFileException">It is missing, breaks its format, or has fields that <paramref name="mode"/> refuses.</exception>
    /// <exception cref="UnsupportedModelException">Its class is not known, and fields are missing that it may have defaults for.</exception>
    public static ModelProvider FromHfPretrained(
        string path,
        InstantiationMode mode = InstantiationMode.Lenient,
        string? configName = null
    ) => ProviderFile.Read(ProviderFile.Find(path, configName ?? Path.GetFileNameWithoutExtension(ConfigName)), mode);

    /// <summary>The same for a folder or a model on the Hub, <c>org/name</c> or <c>org/name@revision</c>.</summary>
    /// <param name="hub">Where the model is looked for when there is no such folder.</param>
    /// <param name="model">The folder or the name.</param>
    /// <param name="mode">What is done with fields that the class does not have.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="HubException">There is no such folder, and the Hub does not have it or cannot be reached.</exception>
    /// <exception cref="BadFileException">It is missing, breaks its format, or has fields that <paramref name="mode"/> refuses.</exception>
    /// <exception cref="UnsupportedModelException">Its class is not known, and fields are missing that it may have defaults for.</exception>
    public static async Task<ModelProvider> FromHfPretrainedAsync(
        HuggingFaceHub hub,
        string model,
        InstantiationMode mode = InstantiationMode.Lenient,
        CancellationToken cancellation = default
    )
    {
        HubModel found = await hub.LocateAsync(model, withWeights: false, cancellation: cancellation);
        return FromHfPretrained(found.Path, mode);
    }

    /// <summary>Saves the provider for <see cref="FromHfPretrained"/>, here and upstream; a file that is there is replaced.</summary>
    /// <param name="directory">The folder, which is made.</param>
    /// <param name="format">The format, which the ending of the file tells.</param>
    /// <param name="configName">Name of the file without its ending; <c>mhub_model</c> when nothing is said.</param>
    /// <exception cref="BadFileException">The file cannot be written.</exception>
    public void SaveHfPretrained(string directory, ConfigFormat format = DefaultConfigFormat, string? configName = null)
    {
        string name = configName ?? Path.GetFileNameWithoutExtension(ConfigName);
        string path = Path.Combine(directory, name + (format == ConfigFormat.Yaml ? ".yaml" : ".json"));
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            _ = Directory.CreateDirectory(directory);
            File.WriteAllBytes(unfinished, ProviderFile.Write(this, format));
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(path, $"the provider cannot be saved: {e.Message}", e);
        }
    }
}
