namespace MegatronBridge.Ranks;

/// <summary>
/// All ranks that work on one model, seen by one of them. <see cref="Run{T}"/> makes them threads of this process; what they do
/// together goes through <see cref="ProcessGroup"/>, so the same code runs on ranks of another kind.
/// </summary>
public abstract class RankWorld
{
    /// <summary>Makes the world as <paramref name="rank"/> of <paramref name="size"/> sees it.</summary>
    protected RankWorld(int rank, int size)
    {
        Rank = rank;
        Size = size;
    }

    /// <summary>A world of one rank.</summary>
    public static RankWorld One { get; } = new ThreadRank(new ThreadWorld(1), 0);

    /// <summary>Number of this rank, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of ranks.</summary>
    public int Size { get; }

    /// <summary>The group of all ranks.</summary>
    public ProcessGroup All => Group([.. Enumerable.Range(0, Size)]);

    /// <summary>A group of some ranks, this one among them. All of its members must ask for it, in the same order of ranks.</summary>
    public abstract ProcessGroup Group(IReadOnlyList<int> ranks);

    /// <summary>
    /// Runs <paramref name="body"/> on the processes that <c>mpirun</c> has started, if it has started this one, and else on threads; gives
    /// what the first rank of this process returned.
    /// </summary>
    /// <exception cref="Layout.LayoutException">Another number of processes was started.</exception>
    /// <exception cref="CollectiveException">The ranks disagree on what to do together.</exception>
    public static T Launch<T>(int size, Func<RankWorld, T> body) =>
        Mpi.MpiLaunch.IsOne ? Mpi.MpiWorld.Run(size, body) : Run(size, body)[0];

    /// <summary>Runs <paramref name="body"/> on <paramref name="size"/> ranks at once, each a thread.</summary>
    /// <exception cref="CollectiveException">The ranks disagree on what to do together.</exception>
    public static void Run(int size, Action<RankWorld> body) =>
        Run(
            size,
            rank =>
            {
                body(rank);
                return 0;
            }
        );

    /// <summary>
    /// Runs <paramref name="body"/> on <paramref name="size"/> ranks at once, each a thread, and gives what each returned, in the
    /// order of the ranks. When one fails, those that wait for it fail too; the failure of the one is thrown.
    /// </summary>
    /// <exception cref="CollectiveException">The ranks disagree on what to do together.</exception>
    public static IReadOnlyList<T> Run<T>(int size, Func<RankWorld, T> body)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return new ThreadWorld(size).Run(body);
    }
}
