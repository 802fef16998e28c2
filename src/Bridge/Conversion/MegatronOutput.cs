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
    public static MegatronOutput Of(MegatronShards shards, string checkpointId)
    {
        PickleValue emptyState = new PickleList(new TensorValue(new ZeroView(DType.U8, [0])));
        PickleValue noState = new PickleList(PickleNone.Instance);
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
                        isStacked: chunk.Parameter.Axes.Count > 0
                    ),
                    PlannedObject planned => (SaveItem)
                        new ObjectItem(planned.Object.ShardKey, planned.Object.IsNone ? noState : emptyState),
                    _ => throw new InvalidOperationException($"{item} cannot be saved."),
                }
            );

            // Megatron gathers the chunks of a tensor where the first of them stands.
            items = items.GroupBy(item => item.Key).SelectMany(key => key);
            ranks.Add(
                rank.Rank == 0 ? [.. items, new ObjectItem("common_state/shard_0_1", CommonState())] : [.. items]
            );
        }

        return new(TorchDistPlan.Create(ranks, checkpointId));
    }

    /// <summary>What a converted checkpoint says of itself: no training, and how its optimizer would be sharded.</summary>
    private static PickleList CommonState()
    {
        PickleDict content = new(
            ("singleton_local_shards", PickleBool.Of(false)),
            ("chained_optim_avoid_prefix", PickleBool.Of(true))
        );
        return new(
            new PickleDict(
                ("checkpoint_version", new PickleFloat(3.0)),
                ("iteration", PickleInt.Of(0)),
                ("content_metadata", content)
            )
        );
    }
}
