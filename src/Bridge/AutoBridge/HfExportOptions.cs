using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>How weights are exported one by one. All ranks must say the same.</summary>
public sealed record HfExportOptions
{
    /// <summary>Which ranks get what.</summary>
    public ExportMode Mode { get; init; } = ExportMode.Replicate;

    /// <summary>In which order.</summary>
    public ExportOrder Order { get; init; } = ExportOrder.Layer;

    /// <summary>Type that floating-point tensors are cast to, or null to keep that of the model.</summary>
    public DType? WeightDType { get; init; }

    /// <summary>False to allow a model with other tensors, or of other shapes, than the original.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// The tasks to perform, of those that <see cref="AutoBridge.GetConversionTasks"/> gives; null for all. A tensor that is made of several
    /// parameters needs the tasks of all of them.
    /// </summary>
    public IReadOnlyCollection<WeightConversionTask>? ConversionTasks { get; init; }

    /// <summary>Told the bytes of the tensors that were given out, and of all.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
