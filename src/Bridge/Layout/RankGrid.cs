namespace MegatronBridge.Layout;

/// <summary>
/// Which rank has which coordinates. Megatron's order is tp-cp-ep-dp-pp: tensor parallel ranks are neighbours, pipeline
/// stages are furthest apart. Dense layers and experts divide the ranks of a stage in two different ways.
/// </summary>
public sealed class RankGrid(ParallelSizes sizes)
{
    /// <summary>The sizes that the grid was made from.</summary>
    public ParallelSizes Sizes { get; } = sizes;

    /// <summary>All ranks, in order.</summary>
    public IEnumerable<int> Ranks => Enumerable.Range(0, Sizes.WorldSize);

    /// <summary>Pipeline stage of a rank.</summary>
    public int Pp(int rank) => rank / Sizes.StageSize;

    /// <summary>Position of a rank among those that share the matrices of a dense layer.</summary>
    public int Tp(int rank) => rank % Sizes.Tp;

    /// <summary>Position of a rank among those that share a sequence.</summary>
    public int Cp(int rank) => rank / Sizes.Tp % Sizes.Cp;

    /// <summary>Which copy of the dense layers a rank has.</summary>
    public int Dp(int rank) => rank % Sizes.StageSize / (Sizes.Tp * Sizes.Cp);

    /// <summary>Which copy of its experts a rank has.</summary>
    public int Edp(int rank) => rank % Sizes.StageSize / (Sizes.Etp * Sizes.Ep);

    /// <summary>Position of a rank among those that share the matrices of an expert.</summary>
    public int Etp(int rank) => rank % Sizes.StageSize % Sizes.Etp;

    /// <summary>Which share of the experts a rank has.</summary>
    public int Ep(int rank) => rank % Sizes.StageSize / Sizes.Etp % Sizes.Ep;

    /// <summary>The ranks of a stage, in order.</summary>
    public IEnumerable<int> Stage(int stage) => Enumerable.Range(stage * Sizes.StageSize, Sizes.StageSize);

    /// <summary>
    /// The ranks that have copies of what <paramref name="rank"/> has of the dense layers, itself included, in order: its
    /// data-parallel group, context parallelism included.
    /// </summary>
    public IEnumerable<int> DataParallelGroup(int rank) => Stage(Pp(rank)).Where(other => Tp(other) == Tp(rank));
}
