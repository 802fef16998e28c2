namespace MegatronBridge.Ranks;

/// <summary>A rank that is a thread.</summary>
internal sealed class ThreadRank(ThreadWorld world, int rank) : RankWorld(rank, world.Size)
{
    /// <inheritdoc/>
    public override ProcessGroup Group(IReadOnlyList<int> ranks) => new ThreadGroup(world.BoardOf(ranks), ranks, Rank);
}
