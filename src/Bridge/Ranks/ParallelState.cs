using MegatronBridge.Layout;

namespace MegatronBridge.Ranks;

/// <summary>
/// A rank's place in a layout, and the groups of ranks that it works with: Megatron's parallel state, as a value that code is
/// given rather than a global that it looks up.
/// </summary>
public sealed class ParallelState
{
    private readonly RankWorld _world;

    /// <summary>Lays <paramref name="sizes"/> over a world; what they leave of it is data parallelism.</summary>
    /// <exception cref="LayoutException">The world does not divide into such groups.</exception>
    /// <exception cref="CollectiveException">Other ranks of the world have other sizes.</exception>
    public ParallelState(RankWorld world, ParallelSizes sizes)
    {
        _world = world;
        Grid = new(Fit(sizes, world.Size));
        RankAgreement.Require(
            World,
            $"lay the model out over TP {Sizes.Tp}, PP {Sizes.Pp}, VP {Sizes.Vp}, CP {Sizes.Cp}, EP {Sizes.Ep}, ETP {Sizes.Etp}"
        );
        Tensor = Group(rank => (Grid.Pp(rank), Grid.Dp(rank), Grid.Cp(rank)));
        Pipeline = Group(rank => rank % Sizes.StageSize);
        Context = Group(rank => (Grid.Pp(rank), Grid.Dp(rank), Grid.Tp(rank)));
        Data = Group(rank => (Grid.Pp(rank), Grid.Cp(rank), Grid.Tp(rank)));
        DataAndContext = Group(rank => (Grid.Pp(rank), Grid.Tp(rank)));
        Model = Group(rank => (Grid.Dp(rank), Grid.Cp(rank)));
        Expert = Group(rank => (Grid.Pp(rank), Grid.Edp(rank), Grid.Etp(rank)));
        ExpertTensor = Group(rank => (Grid.Pp(rank), Grid.Edp(rank), Grid.Ep(rank)));
        ExpertData = Group(rank => (Grid.Pp(rank), Grid.Ep(rank), Grid.Etp(rank)));
    }

    /// <summary>The sizes, with the data parallelism that the world allows.</summary>
    public ParallelSizes Sizes => Grid.Sizes;

    /// <summary>Coordinates of all ranks.</summary>
    public RankGrid Grid { get; }

    /// <summary>The ranks, this one among them.</summary>
    public ProcessGroup World => _world.All;

    /// <summary>Number of this rank.</summary>
    public int Rank => _world.Rank;

    /// <summary>Ranks that share each matrix of a dense layer.</summary>
    public ProcessGroup Tensor { get; }

    /// <summary>Ranks that have the stages of one pipeline, first stage first.</summary>
    public ProcessGroup Pipeline { get; }

    /// <summary>Ranks that share a sequence.</summary>
    public ProcessGroup Context { get; }

    /// <summary>Ranks that have the same of the dense layers and see other data.</summary>
    public ProcessGroup Data { get; }

    /// <summary>Ranks that have the same of the dense layers: gradients are reduced over them.</summary>
    public ProcessGroup DataAndContext { get; }

    /// <summary>Ranks that together have one whole model, but for experts that other ranks have.</summary>
    public ProcessGroup Model { get; }

    /// <summary>Ranks that share the experts of a layer.</summary>
    public ProcessGroup Expert { get; }

    /// <summary>Ranks that share each matrix of an expert.</summary>
    public ProcessGroup ExpertTensor { get; }

    /// <summary>Ranks that have the same of the same experts.</summary>
    public ProcessGroup ExpertData { get; }

    /// <summary>True on the ranks that embed tokens.</summary>
    public bool IsFirstStage => Pipeline.Rank == 0;

    /// <summary>True on the ranks that make logits.</summary>
    public bool IsLastStage => Pipeline.Rank == Pipeline.Size - 1;

    /// <summary>A group of some ranks, this one among them.</summary>
    internal ProcessGroup Among(IReadOnlyList<int> ranks) => _world.Group(ranks);

    private static ParallelSizes Fit(ParallelSizes sizes, int world)
    {
        sizes.Validate();
        List<string> faults = [];
        long dense = (long)sizes.Tp * sizes.Pp * sizes.Cp;
        if (world % dense != 0)
        {
            faults.Add(
                $"{world} ranks are no multiple of TP {sizes.Tp} x PP {sizes.Pp} x CP {sizes.Cp} = {dense}, so no number of "
                    + "data-parallel copies makes them up."
            );
        }

        long experts = (long)sizes.Etp * sizes.Ep * sizes.Pp;
        if (world % experts != 0)
        {
            faults.Add(
                $"{world} ranks are no multiple of ETP {sizes.Etp} x EP {sizes.Ep} x PP {sizes.Pp} = {experts}, which the experts need."
            );
        }

        LayoutException.ThrowIfAny(faults);
        return sizes with { Dp = (int)(world / dense) };
    }

    /// <summary>The ranks for which <paramref name="others"/>, the coordinates that the group does not run along, are this rank's.</summary>
    private ProcessGroup Group<T>(Func<int, T> others)
        where T : IEquatable<T>
    {
        T mine = others(_world.Rank);
        return _world.Group([.. Grid.Ranks.Where(rank => others(rank).Equals(mine))]);
    }
}
