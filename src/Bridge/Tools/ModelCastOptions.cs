using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Which model to cast, where to, and to which type.</summary>
public sealed record ModelCastOptions
{
    /// <summary>The model: a Hugging Face folder, or a Megatron checkpoint, torch_dist or legacy.</summary>
    public required string Model { get; init; }

    /// <summary>Folder of the model to make, which is of the same format.</summary>
    public required string Output { get; init; }

    /// <summary>The type that floating-point tensors get: BF16, F16 or F32.</summary>
    public required DType DType { get; init; }

    /// <summary>Patterns of names (<c>*</c> is any text) of further tensors that keep their type.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>True to write numbers that become infinite, which are refused otherwise.</summary>
    public bool AllowOverflow { get; init; }

    /// <summary>True to make numbers of what is stored as codes and scales, which is refused otherwise.</summary>
    public bool Dequantize { get; init; }

    /// <summary>Largest size of a Hugging Face file in bytes; null for the files that the model has.</summary>
    public long? MaxShardBytes { get; init; }

    /// <summary>True to replace what an earlier conversion has made.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Workers and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
