using MegatronBridge.Config;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Conversion;

/// <summary>The files of a Megatron checkpoint that is to be written: one iteration, and the trackers beside it.</summary>
internal abstract class CheckpointOutput
{
    /// <summary>Name of the iteration folder of an import.</summary>
    public const string IterationName = "iter_0000000";

    /// <summary>
    /// The trackers in the root of an imported checkpoint, which make the iteration the newest one. To be written after everything else.
    /// </summary>
    public static IReadOnlyList<FileLayout> Trackers { get; } =
    [
        new TrainState().Layout(TrainState.LatestFileName),
        new BytesLayout(IterationTracker.Encode(0)) { Name = IterationTracker.FileName },
    ];

    /// <summary>The files with tensors; their names are relative to the iteration folder.</summary>
    public abstract IReadOnlyList<FileLayout> DataFiles { get; }

    /// <summary>The files that make an iteration folder with all others in it a checkpoint, in the order in which they are to be written.</summary>
    public abstract IReadOnlyList<FileLayout> Markers { get; }

    /// <summary>True for what an import makes: the names that may be overwritten.</summary>
    public static bool IsOurs(string name) =>
        name is IterationName or IterationTracker.FileName or TrainState.LatestFileName;

    /// <summary>All files of the iteration folder but the tokenizer's, in the order in which they are to be written.</summary>
    public IReadOnlyList<FileLayout> IterationFiles(RunConfig runConfig) =>
        [
            .. DataFiles,
            new TrainState().Layout(TrainState.FileName),
            new BytesLayout(runConfig.ToBytes()) { Name = RunConfig.FileName },
            .. Markers,
        ];
}
