using MegatronBridge.Quantization;

namespace MegatronBridge.Conversion;

/// <summary>What a conversion has done, or would do.</summary>
public sealed record ConversionReport
{
    /// <summary>The Hugging Face architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>Where the result is.</summary>
    public required string Target { get; init; }

    /// <summary>Tensors that were read.</summary>
    public required int SourceTensors { get; init; }

    /// <summary>Tensors that were written; in a torch_dist checkpoint, those with a key.</summary>
    public required int TargetTensors { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Files with tensors, by name, and their sizes in bytes.</summary>
    public required IReadOnlyList<KeyValuePair<string, long>> Files { get; init; }

    /// <summary>Tensors that were left out, and why.</summary>
    public required IReadOnlyList<IgnoredEntry> Ignored { get; init; }

    /// <summary>
    /// Tensors of the original model that Megatron does not keep and that were written nevertheless: as copies of what they must
    /// equal, or as the original has them.
    /// </summary>
    public IReadOnlyList<IgnoredEntry> TakenOver { get; init; } = [];

    /// <summary>Tensors whose type was changed.</summary>
    public required IReadOnlyList<Cast> Casts { get; init; }

    /// <summary>Tensors that the original stores as codes and scales, and that were made numbers.</summary>
    public IReadOnlyList<QuantizedTensor> Dequantized { get; init; } = [];

    /// <summary>What the weights look like, class by class; empty before they were read.</summary>
    public IReadOnlyList<WeightClass> Weights { get; init; } = [];

    /// <summary>What looks wrong though it can be converted, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Other things worth knowing, one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Bytes of tensors that were copied.</summary>
    public long Bytes { get; init; }

    /// <summary>Time of the copying, until all was on the disk.</summary>
    public TimeSpan Elapsed { get; init; }
}
