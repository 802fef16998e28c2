using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>What to import, where to, and how.</summary>
public sealed record ImportOptions
{
    /// <summary>Folder of the Hugging Face model.</summary>
    public required string HfModel { get; init; }

    /// <summary>
    /// What the checkpoint says that it was made of, such as <c>org/name</c> for a model of the Hub; null for <see cref="HfModel"/>.
    /// </summary>
    public string? HfModelId { get; init; }

    /// <summary>Which revision of that model of the Hub it is, for the checkpoint to say; null for the newest.</summary>
    public string? HfModelRevision { get; init; }

    /// <summary>Folder of the checkpoint that is to be made; it gets <c>iter_0000000</c> and the tracker files.</summary>
    public required string MegatronPath { get; init; }

    /// <summary>The family of the model; null for the one of <see cref="FamilyList"/> that has its architecture.</summary>
    public Family? Family { get; init; }

    /// <summary>The format of the checkpoint.</summary>
    public CheckpointFormat Format { get; init; }

    /// <summary>Type that floating-point tensors are cast to, or null to keep each as it is.</summary>
    public DType? TargetDType { get; init; }

    /// <summary>The ranks that the checkpoint is cut for.</summary>
    public ParallelSizes Sizes { get; init; } = ParallelSizes.One;

    /// <summary>Provider fields to set, by upstream's names, as text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>
    /// True to keep codes and scales where Megatron has a place for them. It has none: its checkpoints hold numbers, so that this is
    /// refused for a quantised model.
    /// </summary>
    public bool KeepQuantized { get; init; }

    /// <summary>True to replace a conversion that is already there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>True to refuse what would otherwise be ignored and reported.</summary>
    public bool Strict { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
