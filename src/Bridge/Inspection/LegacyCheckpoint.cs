using MegatronBridge.Layout;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Inspection;

/// <summary>Megatron-LM's older format: a file for each model-parallel rank, whose tensors are the rank's parts.</summary>
internal sealed class LegacyCheckpoint : Checkpoint
{
    private readonly LegacyTorchCheckpoint _checkpoint;

    private LegacyCheckpoint(LegacyTorchCheckpoint checkpoint)
        : base(checkpoint.Folder)
    {
        _checkpoint = checkpoint;
        Tensors = [.. checkpoint.Ranks.SelectMany(TensorsOf)];
        Files =
        [
            .. checkpoint.Ranks.Select(rank =>
                Sized(checkpoint.Folder, $"{rank.Name}/{LegacyTorchCheckpoint.FileName}")
            ),
        ];
    }

    /// <inheritdoc/>
    public override string Kind => "legacy Megatron-LM checkpoint (torch)";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <summary>What the first rank has saved beside tensors.</summary>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. PickleFacts.Of(_checkpoint.Ranks[0].State)];

    /// <inheritdoc/>
    public override CheckpointLayout Layout
    {
        get
        {
            int Size(int number) =>
                _checkpoint.Ranks.Max(rank => number < rank.Numbers.Count ? rank.Numbers[number] + 1 : 1);
            return new(
                new ParallelSizes
                {
                    Tp = Size(0),
                    Pp = Size(1),
                    Ep = Size(2),
                },
                "by the names of the folders"
            );
        }
    }

    public static LegacyCheckpoint Open(CheckpointLocation location) =>
        new(LegacyTorchCheckpoint.Open(location.Folder));

    /// <inheritdoc/>
    public override void Dispose() => _checkpoint.Dispose();

    private static IEnumerable<CheckpointTensor> TensorsOf(LegacyRank rank) =>
        rank
            .Source.ListTensors()
            .Where(tensor => tensor.View is not null)
            .Select(tensor => new CheckpointTensor($"{rank.Name}/{tensor.Name}", tensor.View!, [rank.Name], null));
}
