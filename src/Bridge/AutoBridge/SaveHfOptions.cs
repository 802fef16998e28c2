using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>How a model in memory is saved as a Hugging Face model. All ranks must say the same.</summary>
public sealed record SaveHfOptions
{
    /// <summary>Type that floating-point tensors are cast to, or null to keep that of the model.</summary>
    public DType? WeightDType { get; init; }

    /// <summary>False to allow a model with other tensors, or of other shapes, than the original.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>Folder whose tokenizer, settings and code are saved with the model; null for that of the bridge's model.</summary>
    public string? SourcePath { get; init; }

    /// <summary>True when the ranks write files in turn, false when rank 0 writes all.</summary>
    public bool DistributedSave { get; init; }

    /// <summary>With <see cref="DistributedSave"/>: every how many ranks one writes.</summary>
    public int SaveEveryNRanks
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 or more");
    } = 1;

    /// <summary>Largest size of a file in bytes, where there is no original whose files are taken over.</summary>
    public long MaxShardBytes { get; init; } = ShardPlan.HuggingFaceHubLimit;

    /// <summary>True to replace a Hugging Face model that is already there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Told the bytes of the tensors that were written, and of all.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
