using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Conversion;

/// <summary>
/// Proves a conversion: imports a model, exports the result, and compares every tensor with the original. What it writes
/// is removed when it is disposed, unless it is to be kept.
/// </summary>
public sealed class RoundTrip : IDisposable
{
    private readonly ImportOptions _options;
    private readonly string _folder;
    private readonly bool _keep;

    /// <summary>Prepares a round trip.</summary>
    /// <param name="options">What to import, and how; the checkpoint goes to a folder of the round trip.</param>
    /// <param name="keepPath">Where the checkpoint and the model made of it are kept; null for a temporary folder.</param>
    public RoundTrip(ImportOptions options, string? keepPath = null)
    {
        _keep = keepPath is not null;
        _folder = keepPath ?? Directory.CreateTempSubdirectory("megatron-bridge-").FullName;
        _options = options with { MegatronPath = Path.Combine(_folder, "megatron") };
    }

    private string HfPath => Path.Combine(_folder, "hf");

    /// <summary>Imports the model.</summary>
    /// <exception cref="Storage.BadFileException">See <see cref="Importer"/>.</exception>
    public async Task<ConversionReport> ImportAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using Importer importer = Importer.Open(_options);
        return await importer.RunAsync(progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Exports what was imported.</summary>
    /// <exception cref="Storage.BadFileException">See <see cref="Exporter"/>.</exception>
    public async Task<ConversionReport> ExportAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ExportOptions options = new()
        {
            MegatronPath = _options.MegatronPath,
            HfPath = HfPath,
            HfModel = _options.HfModel,
            Transfer = _options.Transfer,
        };
        using Exporter exporter = Exporter.Open(options);
        return await exporter.RunAsync(progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Compares what was exported, on the right, with the original on the left; codes with scales as the numbers that they stand for.</summary>
    /// <exception cref="Storage.BadFileException">A file cannot be read.</exception>
    public async Task<ComparisonResult> CompareAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using HfFolder original = HfFolder.Open(_options.HfModel);
        using HfFolder again = HfFolder.Open(HfPath);
        HfConfig config = HfConfig.Load(original.PathOf(HfFolder.ConfigName));
        return await SourceComparison
            .RunAsync(DequantizedSource.Of(original, config), again, _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
