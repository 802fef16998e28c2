using MegatronBridge.Layout;

namespace MegatronBridge.Ranks;

/// <summary>
/// The seeds of a rank's streams of random numbers: Megatron's, by the same arithmetic. The numbers that follow from a seed are not those of
/// CUDA.
/// </summary>
public sealed record RankSeeds
{
    private const long OfStage = 100;
    private const long OfReplica = 10;
    private const long OfTensorRanks = 2718;
    private const long OfExperts = 1024;
    private const long OfExpertRank = 100;

    private RankSeeds() { }

    /// <summary>For what all tensor parallel ranks have alike: routers, embeddings of positions.</summary>
    public long Default { get; private init; }

    /// <summary>For what tensor parallel ranks share; other on each of them.</summary>
    public long Tensor { get; private init; }

    /// <summary>For experts; other on each rank that has other experts, or other parts of them.</summary>
    public long Expert { get; private init; }

    /// <summary>The seeds of a rank in training: other on each pipeline stage.</summary>
    /// <param name="seed">The seed of the run, 0 or more.</param>
    /// <param name="parallel">The rank's place.</param>
    /// <param name="dataParallelRandomInit">True for other seeds on each data-parallel rank, too.</param>
    public static RankSeeds Of(int seed, ParallelState parallel, bool dataParallelRandomInit = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        (RankGrid grid, int rank) = (parallel.Grid, parallel.Rank);
        long own = seed + (OfStage * grid.Pp(rank)) + (dataParallelRandomInit ? OfReplica * grid.Dp(rank) : 0);
        return new()
        {
            Default = own,
            Tensor = own + OfTensorRanks + grid.Tp(rank),
            Expert = own + OfExperts + (OfExpertRank * grid.Ep(rank)) + grid.Etp(rank),
        };
    }

    /// <summary>The seeds of the rank that has the same place so many stages further.</summary>
    internal RankSeeds OnStage(int stages) =>
        this with
        {
            Default = Default + (stages * OfStage),
            Tensor = Tensor + (stages * OfStage),
            Expert = Expert + (stages * OfStage),
        };
}
