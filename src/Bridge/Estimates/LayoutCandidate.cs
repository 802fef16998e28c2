using MegatronBridge.Layout;

namespace MegatronBridge.Estimates;

/// <summary>A layout that was looked at: it fits, or the reason why it does not.</summary>
/// <param name="Sizes">The sizes.</param>
/// <param name="Recompute">What must be computed again for it to fit; the most that was tried where it does not fit.</param>
/// <param name="Estimate">What it needs, or null where the model cannot be laid out so.</param>
/// <param name="Obstacle">Why it does not fit, or null.</param>
/// <param name="Cost">
/// By how much a step takes longer than on ranks that never wait: recomputation, the pipeline's bubble, and a rule of thumb for what ranks
/// say to each other.
/// </param>
public sealed record LayoutCandidate(
    ParallelSizes Sizes,
    RecomputeLevel Recompute,
    MemoryEstimate? Estimate,
    string? Obstacle,
    double Cost
)
{
    /// <summary>Fields that the layout needs beside its sizes, by upstream's names: recomputation, a pipeline that does not divide evenly.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>True when it fits.</summary>
    public bool Fits => Obstacle is null;
}
