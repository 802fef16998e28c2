using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Resharding;

/// <summary>Which Megatron checkpoint to convert, where to, and into which format and layout.</summary>
public sealed record CheckpointConversionOptions
{
    /// <summary>The checkpoint, torch_dist or legacy: its root folder, of which the newest iteration is taken, or one iteration of it.</summary>
    public required string From { get; init; }

    /// <summary>Folder of the checkpoint that is to be made; it gets the same iteration and the tracker files.</summary>
    public required string To { get; init; }

    /// <summary>The format of the new checkpoint.</summary>
    public CheckpointFormat Format { get; init; }

    /// <summary>The ranks that the new checkpoint is cut for.</summary>
    public ParallelSizes Sizes { get; init; } = ParallelSizes.One;

    /// <summary>Provider fields to set, by upstream's names, as text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>True to replace what an earlier conversion of the same iteration has made.</summary>
    public bool Overwrite { get; init; }

    /// <summary>True to refuse what would otherwise be left out and reported, such as the state of an optimizer.</summary>
    public bool Strict { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
