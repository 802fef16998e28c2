using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Checkpoints;

/// <summary>How a model is loaded from a Megatron checkpoint.</summary>
public sealed record LoadModelOptions
{
    /// <summary>
    /// The kind of model that is expected, or null for what the checkpoint says. (Upstream cannot tell for checkpoints of Megatron-LM and
    /// needs to be told.)
    /// </summary>
    public MegatronModelType? ModelType { get; init; }

    /// <summary>
    /// True to build the model as on a machine without a GPU: with <c>use_cpu_initialization</c>, without FP8. Where the memory is does
    /// not depend on it: it is main memory.
    /// </summary>
    public bool UseCpuInit { get; init; }

    /// <summary>
    /// True to work on the ranks of <see cref="World"/>, false to work on a rank of its own, null for the first where there is a world.
    /// </summary>
    public bool? SkipTempDistContext { get; init; }

    /// <summary>The ranks to load on, seen by this one; all of them load together. Null for a single rank.</summary>
    public RankWorld? World { get; init; }

    /// <summary>The layout. What is not given here is one rank, whatever layout the checkpoint was written in.</summary>
    public ModelParallelOverrides? ModelParallel { get; init; }

    /// <summary>The world to load on.</summary>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    internal static RankWorld WorldOf(LoadModelOptions options)
    {
        string? fault = (options.SkipTempDistContext, options.World) switch
        {
            (true, null) =>
                $"{nameof(SkipTempDistContext)} is true, so that there must be a {nameof(World)} to work on.",
            (false, { } world) =>
                $"{nameof(SkipTempDistContext)} is false, but there is a {nameof(World)} already, of {world.Size} ranks.",
            _ => null,
        };
        return fault is null ? options.World ?? RankWorld.One : throw new ArgumentException(fault, nameof(options));
    }
}
