using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Inspection;

/// <summary>Megatron-LM's older format: a file for each model-parallel rank. Its tensors are those of all ranks joined.</summary>
internal sealed class LegacyCheckpoint : Checkpoint
{
    private LegacyCheckpoint(MegatronCheckpoint checkpoint)
        : base(checkpoint.Location.Folder)
    {
        Megatron = checkpoint;
        Tensors =
        [
            .. checkpoint.Names.Select(name => new CheckpointTensor(
                name,
                checkpoint.Find(name)!,
                checkpoint.RanksOf(name),
                null
            )),
        ];
        Files = FilesOf(checkpoint.Location.Folder, checkpoint.Ranks);
        Model = ModelIdentity.OfMegatron(checkpoint);
    }

    /// <inheritdoc/>
    internal override MegatronCheckpoint Megatron { get; }

    /// <inheritdoc/>
    public override string Kind => LegacyRanks.Description;

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override ModelIdentity Model { get; }

    /// <summary>What the first rank has saved beside tensors.</summary>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        Megatron.CommonState is CommonState state ? [.. PickleFacts.Of(state.Values)] : [];

    /// <inheritdoc/>
    public override CheckpointLayout? Layout =>
        Megatron.RecordedSizes() is { } sizes ? new(sizes, "by the checkpoint's config") : null;

    /// <summary>Opens the checkpoint; rank by rank where its ranks do not fit together or nothing says how.</summary>
    public static Checkpoint Open(CheckpointLocation location)
    {
        MegatronCheckpoint checkpoint;
        try
        {
            checkpoint = MegatronCheckpoint.Open(location.Folder);
        }
        catch (Exception e)
            when (e
                    is MappingException
                        or LayoutException
                        or InvalidConfigException
                        or UnsupportedModelException
                        or BadFileException
            )
        {
            return LegacyRanks.Open(location, e);
        }

        try
        {
            return new LegacyCheckpoint(checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override void Close() => Megatron.Dispose();

    internal static IReadOnlyList<KeyValuePair<string, long>> FilesOf(string folder, IEnumerable<LegacyRank> ranks) =>
        [.. ranks.Select(rank => Sized(folder, $"{rank.Name}/{LegacyTorchCheckpoint.FileName}"))];
}
