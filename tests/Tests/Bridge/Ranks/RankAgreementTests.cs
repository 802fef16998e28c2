using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class RankAgreementTests
{
    [Theory]
    [InlineData("load")]
    [InlineData("")]
    public void Ranks_that_mean_the_same_go_on(string what) =>
        RankWorld.Run(3, rank => RankAgreement.Require(rank.All, what));

    [Fact]
    public void Ranks_that_do_not_are_named_with_what_they_would_do()
    {
        CollectiveException e = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(3, rank => RankAgreement.Require(rank.All, rank.Rank == 1 ? "save" : "load"))
        );
        Assert.Equal("The ranks disagree on what to do: ranks 0, 2 would load; rank 1 would save.", e.Message);
    }

    [Fact]
    public void Long_texts_are_told_apart_behind_their_end()
    {
        string path = new('é', 400);
        RankWorld.Run(2, rank => RankAgreement.Require(rank.All, path));
        Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(2, rank => RankAgreement.Require(rank.All, $"{path}{rank.Rank}"))
        );
    }
}
