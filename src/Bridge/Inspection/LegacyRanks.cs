using MegatronBridge.Layout;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Inspection;

/// <summary>A checkpoint of Megatron-LM's older format whose ranks cannot be joined: the tensors are the parts that each rank has.</summary>
internal sealed class LegacyRanks : Checkpoint
{
    private readonly LegacyTorchCheckpoint _checkpoint;

    private LegacyRanks(LegacyTorchCheckpoint checkpoint, Exception obstacle)
        : base(checkpoint.Folder)
    {
        _checkpoint = checkpoint;
        Tensors = [.. checkpoint.Ranks.SelectMany(TensorsOf)];
        Files = LegacyCheckpoint.FilesOf(checkpoint.Folder, checkpoint.Ranks);
        Model = ModelIdentity.Unknown(obstacle);
    }

    /// <summary>What such a checkpoint is, in words.</summary>
    public static string Description => "legacy Megatron-LM checkpoint (torch)";

    /// <inheritdoc/>
    public override string Kind => Description;

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override ModelIdentity Model { get; }

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

    public static LegacyRanks Open(CheckpointLocation location, Exception obstacle) =>
        new(LegacyTorchCheckpoint.Open(location.Folder), obstacle);

    /// <inheritdoc/>
    private protected override void Close() => _checkpoint.Dispose();

    private static IEnumerable<CheckpointTensor> TensorsOf(LegacyRank rank) =>
        rank
            .Source.ListTensors()
            .Where(tensor => tensor.View is not null)
            .Select(tensor => new CheckpointTensor($"{rank.Name}/{tensor.Name}", tensor.View!, [rank.Name], null));
}
