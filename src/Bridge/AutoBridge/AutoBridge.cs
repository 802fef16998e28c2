using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Files;
using Microsoft.Extensions.Logging;

namespace MegatronBridge;

/// <summary>
/// The bridge between a Hugging Face model and Megatron: finds the family of a model, makes Megatron models of it, and Hugging Face
/// models of those again. Made by <see cref="FromHfPretrained"/> or <see cref="FromHfConfig"/>; may be used by several ranks at once.
/// </summary>
/// <remarks>
/// What one program does alone waits asynchronously. What all ranks of a model do together (loading and exporting weights, saving) blocks
/// the rank that calls it until the others are there, and every rank must call it.
/// </remarks>
public sealed partial class AutoBridge : IDisposable
{
    private readonly HfModelSource? _source; // null for a bridge without weights
    private readonly HfLoadOptions _options;
    private readonly ILogger _logger;
    private readonly Lazy<MappingRegistry> _registry;

    private AutoBridge(HfConfig config, HfModelSource? source, HfLoadOptions options)
    {
        _source = source;
        _options = options;
        _logger = options.Logger;
        HfConfig = config;
        Family = FamilyList.Of(config, options.Families);
        _registry = new(() => MappingRegistry.Of(Family, CompletedConfig(), WeightsOrNull));
        LogFound(Family.Architecture, HfModelId ?? config.Path);
    }

    /// <summary>The config of the Hugging Face model.</summary>
    public HfConfig HfConfig { get; }

    /// <summary>The family of the model.</summary>
    public Family Family { get; }

    /// <summary>Where the model came from: its folder, or <c>org/name</c>; null when there is only a config.</summary>
    public string? HfModelId => _source?.Id;

    /// <summary>Which Megatron parameter is made of which Hugging Face tensors.</summary>
    /// <exception cref="MappingException">A parameter of the model has no mapping.</exception>
    public MappingRegistry MappingRegistry => _registry.Value;

    /// <summary>Makes a bridge of a folder, or of a model of the Hub, whose download it waits for.</summary>
    /// <param name="path">A folder, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="options">How to load it; null for the defaults.</param>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="Hub.HubException">The Hub does not have it, or cannot be reached.</exception>
    public static AutoBridge FromHfPretrained(string path, HfLoadOptions? options = null) =>
        Task.Run(() => FromHfPretrainedAsync(path, options)).GetAwaiter().GetResult();

    /// <summary>Makes a bridge of a folder, or of a model of the Hub, downloaded as far as it is not in the cache.</summary>
    /// <param name="path">A folder, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="options">How to load it; null for the defaults.</param>
    /// <param name="progress">Told the bytes that came from the Hub, and of all that must come.</param>
    /// <param name="cancellation">Stops a download; what came is kept.</param>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="Hub.HubException">The Hub does not have it, or cannot be reached.</exception>
    public static async Task<AutoBridge> FromHfPretrainedAsync(
        string path,
        HfLoadOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new();
        return Of(await HfModelSource.OpenAsync(path, options, progress, cancellation), options);
    }

    /// <summary>Makes a bridge of a config alone: for models with random weights, and to look at an architecture.</summary>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    public static AutoBridge FromHfConfig(HfConfig config, HfLoadOptions? options = null) =>
        new(config, null, options ?? new());

    /// <summary>Closes the files of the model.</summary>
    public void Dispose()
    {
        _source?.Dispose();
        foreach (Lazy<HfModelSource> other in _others.Values.Where(other => other.IsValueCreated))
        {
            other.Value.Dispose();
        }
    }

    /// <summary>Source, family and provider, a line each.</summary>
    public override string ToString()
    {
        string architectures = string.Join(", ", HfConfig.Architectures);
        return $"""
            AutoBridge(
              (hf_pretrained): {HfModelId
                ?? "a config without weights"}, {architectures}, model_type {HfConfig.ModelType}
              (family): {Family.Architecture}, {Family.Parameters.Count} mappings
              (provider): {Family.Schema.Name}
            )
            """;
    }

    private static AutoBridge Of(HfModelSource source, HfLoadOptions options)
    {
        try
        {
            return new(source.Config, source, options);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Model} is a {Architecture}.")]
    private partial void LogFound(string architecture, string model);
}
