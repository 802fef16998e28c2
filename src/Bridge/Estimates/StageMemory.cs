namespace MegatronBridge.Estimates;

/// <summary>Memory of each rank of a pipeline stage, in bytes.</summary>
/// <param name="Stage">The stage.</param>
public sealed record StageMemory(int Stage)
{
    /// <summary>Parameters of the model that a rank has, those for which it has a copy of its own included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those of them that are of routed experts.</summary>
    public required long ExpertParameters { get; init; }

    /// <summary>What of its parameters, or of adapters beside them, a rank trains.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>Weights, and what is saved like weights.</summary>
    public required long Weights { get; init; }

    /// <summary>Gradients.</summary>
    public required long Gradients { get; init; }

    /// <summary>What the optimizer keeps.</summary>
    public required long OptimizerState { get; init; }

    /// <summary>What is kept for the backward pass, of all microbatches that are under way at once.</summary>
    public required long Activations { get; init; }

    /// <summary>The most that is needed for a moment: layers that are computed again, logits, a gathered sequence.</summary>
    public required long Transient { get; init; }

    /// <summary>Microbatches under way at once; with virtual stages, of each of these.</summary>
    public required IReadOnlyList<int> InFlight { get; init; }

    /// <summary>All of it.</summary>
    public long Total => Weights + Gradients + OptimizerState + Activations + Transient;
}
