using MegatronBridge.Storage.Files;

namespace MegatronBridge.Conversion;

/// <summary>A model that is about to be written: planned and checked, not yet on the disk.</summary>
public interface IConversion : IDisposable
{
    /// <summary>What will be done.</summary>
    ConversionReport Report { get; }

    /// <summary>Writes the model. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    );
}
