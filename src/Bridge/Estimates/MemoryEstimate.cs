using MegatronBridge.Layout;

namespace MegatronBridge.Estimates;

/// <summary>Memory of a training run, stage by stage.</summary>
/// <param name="Sizes">The layout, with the data parallelism that it needs at least.</param>
/// <param name="Parameters">Parameters of the whole model.</param>
/// <param name="Stages">Each pipeline stage; all its ranks need the same.</param>
public sealed record MemoryEstimate(ParallelSizes Sizes, ParameterCount Parameters, IReadOnlyList<StageMemory> Stages)
{
    /// <summary>The stage whose ranks need the most.</summary>
    public StageMemory Largest => Stages.MaxBy(stage => stage.Total)!;
}
