using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// A world of one rank, for work that needs a place in a layout but no other ranks. Nothing global is set up or torn down: parallel state
/// is a value here, which this has until it is disposed.
/// </summary>
public sealed class TemporaryDistributedContext : IDisposable
{
    private ParallelState? _parallel;

    /// <summary>Makes the world.</summary>
    /// <param name="backend">
    /// What upstream calls the way in which ranks talk, <c>gloo</c> or <c>nccl</c>. A single rank talks to nobody, so both are the same.
    /// </param>
    /// <exception cref="ArgumentException">There is no such backend.</exception>
    public TemporaryDistributedContext(string backend = "gloo")
    {
        Backend = backend is "gloo" or "nccl"
            ? backend
            : throw new ArgumentException($"The backend is {backend}; it must be gloo or nccl.", nameof(backend));
        _parallel = new(RankWorld.One, ParallelSizes.One);
    }

    /// <summary>The name that was given.</summary>
    public string Backend { get; }

    /// <summary>The one rank's place: first and only of every group.</summary>
    /// <exception cref="ObjectDisposedException">The context has ended.</exception>
    public ParallelState Parallel =>
        _parallel ?? throw new ObjectDisposedException(nameof(TemporaryDistributedContext));

    /// <summary>Ends it.</summary>
    public void Dispose() => _parallel = null;
}
