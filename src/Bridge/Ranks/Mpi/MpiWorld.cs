using MegatronBridge.Layout;

namespace MegatronBridge.Ranks.Mpi;

/// <summary>Ranks that are processes, started together by <c>mpirun</c>, on one machine or several.</summary>
public sealed class MpiWorld : RankWorld
{
    private static readonly Lazy<MpiWorld> Joined = new(() => new(MpiLibrary.Start()));
    private static bool _hasFailed;

    private readonly MpiLibrary _mpi;
    private readonly Dictionary<string, nint> _communicators = new(StringComparer.Ordinal);

    private MpiWorld(MpiLibrary mpi)
        : base(mpi.Rank(mpi.World), mpi.Size(mpi.World))
    {
        _mpi = mpi;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
    }

    /// <inheritdoc/>
    public override ProcessGroup Group(IReadOnlyList<int> ranks)
    {
        string key = string.Join(",", ranks);
        if (!_communicators.TryGetValue(key, out nint communicator))
        {
            communicator = ranks.Count == 1 ? 0 : _mpi.Create(ranks);
            _communicators.Add(key, communicator);
        }

        return new MpiGroup(_mpi, communicator, ranks, Rank);
    }

    /// <summary>
    /// Runs <paramref name="body"/> as one of <paramref name="size"/> processes. When it fails here, all others end with this process:
    /// they would wait for it without end.
    /// </summary>
    /// <exception cref="LayoutException">There is no MPI library, or another number of processes.</exception>
    public static new T Run<T>(int size, Func<RankWorld, T> body)
    {
        MpiWorld world = Joined.Value;
        try
        {
            return world.Size == size
                ? body(world)
                : throw new LayoutException(
                    $"The layout has {size} ranks, but {world.Size} processes were started. Start them with mpirun -n {size}."
                );
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    private void End()
    {
        if (_hasFailed)
        {
            _mpi.Abort(Environment.ExitCode == 0 ? 1 : Environment.ExitCode);
        }
        else
        {
            _mpi.Finish();
        }
    }
}
