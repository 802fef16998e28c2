using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class RankSeedsTests
{
    /// <summary>Seed 1234 on eight ranks of TP 2, PP 2, EP 2: rank, default, tensor, expert, by hand from Megatron's formulas.</summary>
    private static readonly (int Rank, long Default, long Tensor, long Expert)[] Eight =
    [
        (0, 1234, 3952, 2258),
        (1, 1234, 3953, 2358),
        (2, 1234, 3952, 2258),
        (3, 1234, 3953, 2358),
        (4, 1334, 4052, 2358),
        (5, 1334, 4053, 2458),
        (6, 1334, 4052, 2358),
        (7, 1334, 4053, 2458),
    ];

    private static readonly ParallelSizes Sizes = new()
    {
        Tp = 2,
        Pp = 2,
        Ep = 2,
    };

    [Fact]
    public void Seeds_are_those_of_Megatron()
    {
        IReadOnlyList<(int, long, long, long)> found = RankWorld.Run(
            8,
            world =>
            {
                RankSeeds seeds = RankSeeds.Of(1234, new(world, Sizes));
                return (world.Rank, seeds.Default, seeds.Tensor, seeds.Expert);
            }
        );
        Assert.Equal(Eight, found);
    }

    [Fact]
    public void Replicas_differ_when_they_should()
    {
        IReadOnlyList<long> found = RankWorld.Run(
            8,
            world => RankSeeds.Of(1234, new(world, Sizes), dataParallelRandomInit: true).Tensor
        );
        Assert.Equal([3952, 3953, 3962, 3963, 4052, 4053, 4062, 4063], found);
    }

    [Fact]
    public void Expert_tensor_ranks_differ()
    {
        ParallelSizes sizes = new() { Tp = 2, Etp = 2 };
        IReadOnlyList<long> found = RankWorld.Run(2, world => RankSeeds.Of(1, new(world, sizes)).Expert);
        Assert.Equal([1025, 1026], found);
    }

    [Fact]
    public void A_seed_is_positive() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RankSeeds.Of(-1, new(RankWorld.One, ParallelSizes.One)));
}
