using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conversion;

/// <summary>The files of a Megatron checkpoint that is to be written: one iteration, and the trackers beside it.</summary>
internal sealed class MegatronOutput
{
    /// <summary>Name of the iteration folder of a conversion.</summary>
    public const string IterationName = "iter_0000000";

    private readonly TorchDistPlan _plan;

    private MegatronOutput(TorchDistPlan plan) => _plan = plan;

    /// <summary>The files with tensors; their names are relative to the iteration folder.</summary>
    public IReadOnlyList<FileLayout> DataFiles => _plan.DataFiles;

    /// <summary>
    /// The trackers in the root of the checkpoint, which make the iteration the newest one. To be written after everything else.
    /// </summary>
    public static IReadOnlyList<FileLayout> Trackers { get; } =
    [
        new TrainState().Layout(TrainState.LatestFileName),
        new BytesLayout(IterationTracker.Encode(0)) { Name = IterationTracker.FileName },
    ];

    /// <summary>True for what an import makes: the names that may be overwritten.</summary>
    public static bool IsOurs(string name) =>
        name is IterationName or IterationTracker.FileName or TrainState.LatestFileName;

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

    /// <summary>All files of the iteration folder but the tokenizer's; the marker that makes it a checkpoint comes last.</summary>
    public IReadOnlyList<FileLayout> IterationFiles(RunConfig runConfig) =>
        [
            .. _plan.DataFiles,
            _plan.Index,
            new TrainState().Layout(TrainState.FileName),
            new BytesLayout(runConfig.ToBytes()) { Name = RunConfig.FileName },
            _plan.Marker,
        ];

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
