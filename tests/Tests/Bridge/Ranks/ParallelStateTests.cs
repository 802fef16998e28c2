using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class ParallelStateTests
{
    /// <summary>The worked example of Megatron-Core's documentation: 16 ranks, TP 2, PP 4.</summary>
    [Fact]
    public void Sixteen_ranks_form_the_documented_groups()
    {
        IReadOnlyList<ParallelState> ranks = Lay(16, new() { Tp = 2, Pp = 4 });
        Assert.Equal("0 1|2 3|4 5|6 7|8 9|10 11|12 13|14 15", Groups(ranks, state => state.Tensor));
        Assert.Equal("0 2|1 3|4 6|5 7|8 10|9 11|12 14|13 15", Groups(ranks, state => state.Data));
        Assert.Equal("0 4 8 12|1 5 9 13|2 6 10 14|3 7 11 15", Groups(ranks, state => state.Pipeline));
        Assert.Equal("0 1 4 5 8 9 12 13|2 3 6 7 10 11 14 15", Groups(ranks, state => state.Model));
        Assert.All(ranks, state => Assert.Equal(2, state.Sizes.Dp));
        Assert.Equal([0, 1, 2, 3], ranks.Where(state => state.IsFirstStage).Select(state => state.Rank));
        Assert.Equal([12, 13, 14, 15], ranks.Where(state => state.IsLastStage).Select(state => state.Rank));
    }

    [Fact]
    public void Experts_divide_the_ranks_of_a_stage_in_their_own_way()
    {
        IReadOnlyList<ParallelState> ranks = Lay(
            8,
            new()
            {
                Tp = 2,
                Cp = 2,
                Ep = 4,
            }
        );
        Assert.Equal("0 1|2 3|4 5|6 7", Groups(ranks, state => state.Tensor));
        Assert.Equal("0 2|1 3|4 6|5 7", Groups(ranks, state => state.Context));
        Assert.Equal("0 4|1 5|2 6|3 7", Groups(ranks, state => state.Data));
        Assert.Equal("0 2 4 6|1 3 5 7", Groups(ranks, state => state.DataAndContext));
        Assert.Equal("0 1 2 3|4 5 6 7", Groups(ranks, state => state.Expert));
        Assert.Equal("0|1|2|3|4|5|6|7", Groups(ranks, state => state.ExpertTensor));
        Assert.Equal("0 4|1 5|2 6|3 7", Groups(ranks, state => state.ExpertData));
    }

    [Fact]
    public void A_world_that_the_sizes_do_not_divide_is_refused_with_the_numbers()
    {
        LayoutException exception = Assert.Throws<LayoutException>(() => Lay(6, new() { Tp = 4, Ep = 4 }));
        Assert.Contains(
            "6 ranks are no multiple of TP 4 x PP 1 x CP 1 = 4",
            exception.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "6 ranks are no multiple of ETP 1 x EP 4 x PP 1 = 4",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    private static IReadOnlyList<ParallelState> Lay(int world, ParallelSizes sizes) =>
        RankWorld.Run(world, rank => new ParallelState(rank, sizes));

    private static string Groups(IReadOnlyList<ParallelState> ranks, Func<ParallelState, ProcessGroup> group) =>
        string.Join("|", ranks.Select(state => string.Join(" ", group(state).Ranks)).Distinct());
}
