using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Adapters;

/// <summary>The model that an adapter belongs to, in either format; a Hugging Face model may be a config without weights.</summary>
internal sealed class AdapterBase : IDisposable
{
    private AdapterBase(string path, Family family, ModelProvider provider)
    {
        Path = path;
        Family = family;
        Provider = provider;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Its family.</summary>
    public Family Family { get; }

    /// <summary>The Megatron side's config, completed, for one rank.</summary>
    public ModelProvider Provider { get; }

    /// <summary>The Hugging Face folder; null for a checkpoint, or when there is a config only.</summary>
    public HfFolder? Hf { get; private init; }

    /// <summary>Its config; null for a checkpoint.</summary>
    public HfConfig? Config { get; private init; }

    /// <summary>The checkpoint; null for a Hugging Face model.</summary>
    public MegatronCheckpoint? Megatron { get; private init; }

    /// <summary>Opens a model of either format.</summary>
    /// <exception cref="BadFileException">There is none, or a file of it is damaged.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    public static AdapterBase Open(string path)
    {
        if (HfFolder.HasConfig(path))
        {
            return OpenHf(path);
        }

        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        try
        {
            ModelProvider provider =
                checkpoint.Provider()
                ?? throw new BadFileException(
                    path,
                    $"the checkpoint has neither {RunConfig.FileName} nor arguments, so nothing says what model it is."
                );
            return new(path, FamilyRecognition.Of(provider), provider) { Megatron = checkpoint };
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The folder that an adapter's own word for its base means: it exists, or is a model in the cache of the Hub; else null.</summary>
    public static string? Locate(string? name, HubOptions? hubOptions)
    {
        if (name is null || HfFolder.HasConfig(name))
        {
            return name;
        }

        if (HubReference.TryParse(name) is not { } reference)
        {
            return null;
        }

        using HuggingFaceHub hub = new(hubOptions ?? HubOptions.FromEnvironment());
        return hub.FindCached(reference, withWeights: false)?.Path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Hf?.Dispose();
        Megatron?.Dispose();
    }

    private static AdapterBase OpenHf(string path)
    {
        string configPath = HfFolder.ConfigPath(path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(configPath))!;
        HfFolder? hf = Directory.EnumerateFiles(folder, "*.safetensors").Any() ? HfFolder.Open(path) : null;
        try
        {
            HfConfig config = HfConfig.Load(configPath);
            Family family = FamilyList.Of(config);
            ModelProvider provider = ConvertedProvider.Of(family, config, hf?.Names, null, path, null);
            provider.LayOutOnOneRank();
            provider.Complete();
            return new(path, family, provider) { Hf = hf, Config = config };
        }
        catch
        {
            hf?.Dispose();
            throw;
        }
    }
}
