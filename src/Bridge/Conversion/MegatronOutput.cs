using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conversion;

/// <summary>The files of a torch_dist checkpoint that is to be written.</summary>
internal sealed class MegatronOutput : CheckpointOutput
{
    /// <summary>What stands for the extra state of a module of Transformer Engine as long as no FP8 is used.</summary>
    public static readonly PickleValue EmptyState = new PickleList(new TensorValue(new ZeroView(DType.U8, [0])));

    /// <summary>What stands for the extra state of a module that has none.</summary>
    public static readonly PickleValue NoState = new PickleList(PickleNone.Instance);

    private readonly TorchDistPlan _plan;

    private MegatronOutput(TorchDistPlan plan) => _plan = plan;

    /// <inheritdoc/>
    public override IReadOnlyList<FileLayout> DataFiles => _plan.DataFiles;

    /// <inheritdoc/>
    public override IReadOnlyList<FileLayout> Markers => [_plan.Index, _plan.Marker];

    /// <summary>Lays out the files for a layout.</summary>
    public static MegatronOutput Of(ImportPlan plan, ParallelSizes sizes, string checkpointId) =>
        Of(MegatronShards.Of(plan, sizes), checkpointId);

    /// <summary>Lays out the files for what each rank writes.</summary>
    /// <param name="shards">The model.</param>
    /// <param name="checkpointId">The path that the index names as the checkpoint's own.</param>
    /// <param name="common">What is neither tensor nor sharded object; null for that of an import.</param>
    /// <param name="carried">Other things that a rank writes as they are; null for none.</param>
    public static MegatronOutput Of(
        MegatronShards shards,
        string checkpointId,
        ObjectItem? common = null,
        ILookup<int, SaveItem>? carried = null
    )
    {
        common ??= new(TorchDistCheckpoint.CommonStateKey, CommonState());
        List<IReadOnlyList<SaveItem>> ranks = [];
        foreach (RankShards rank in shards.Ranks)
        {
            IEnumerable<SaveItem> items = rank.Items.Select(item =>
                item switch
                {
                    PlannedChunk { Chunk: var chunk } planned => new TensorChunk(
                        chunk.Key,
                        chunk.KeyShape,
                        chunk.InKey,
                        planned.View,
                        isStacked: chunk.InKey.Sizes.Rank > chunk.InParameter.Sizes.Rank
                    ),
                    PlannedObject planned => (SaveItem)
                        new ObjectItem(planned.Object.ShardKey, planned.Object.IsNone ? NoState : EmptyState),
                    _ => throw new InvalidOperationException($"{item} cannot be saved."),
                }
            );

            // Megatron gathers the chunks of a tensor where the first of them stands.
            items = items.Concat(carried?[rank.Rank] ?? []).GroupBy(item => item.Key).SelectMany(key => key);
            ranks.Add(rank.Rank == 0 ? [.. items, common] : [.. items]);
        }

        return new(TorchDistPlan.Create(ranks, checkpointId));
    }

    /// <summary>What a converted checkpoint says of itself: no training, and how its optimizer would be sharded.</summary>
    private static PickleList CommonState()
    {
        return new(
            new PickleDict(
                ("checkpoint_version", new PickleFloat(3.0)),
                ("iteration", PickleInt.Of(0)),
                ("content_metadata", ContentMetadata())
            )
        );
    }

    /// <summary>How layers are keyed, and an optimizer's state would be.</summary>
    internal static PickleDict ContentMetadata() =>
        new(("singleton_local_shards", PickleBool.Of(false)), ("chained_optim_avoid_prefix", PickleBool.Of(true)));
}
