using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Bridge.Estimates;

public sealed class LayoutSearchTests
{
    private static readonly TrainingSettings Training = new() { SequenceLength = 4096, GlobalBatchSize = 256 };

    [Fact]
    public void Layouts_that_fit_come_first_and_those_that_cost_least_before_others()
    {
        IReadOnlyList<LayoutCandidate> found = Search("llama-3.1-8b", 8, 72_000_000_000);

        Assert.Contains(found, candidate => candidate.Fits);
        Assert.Equal(found.OrderBy(candidate => !candidate.Fits), found);
        LayoutCandidate[] fitting = [.. found.Where(candidate => candidate.Fits)];
        Assert.Equal(fitting.OrderBy(candidate => candidate.Cost), fitting);
        Assert.All(fitting, candidate => Assert.True(candidate.Estimate!.Largest.Total <= 72_000_000_000));
        Assert.All(found, candidate => Assert.Equal(8, candidate.Sizes.WorldSize));
    }

    [Fact]
    public void A_candidate_is_what_the_estimator_says_of_it()
    {
        LayoutCandidate best = Search("qwen3-30b-a3b", 16, 72_000_000_000)[0];

        MemoryEstimate estimate = MemoryEstimator.Estimate(
            MemoryEstimatorTests.Model("qwen3-30b-a3b").LaidOut(best.Sizes, best.Settings),
            best.Sizes,
            Training
        );

        Assert.Equal(estimate.Stages.Select(stage => stage.Total), best.Estimate!.Stages.Select(stage => stage.Total));
    }

    [Fact]
    public void What_is_missing_is_told_in_bytes()
    {
        IReadOnlyList<LayoutCandidate> found = Search("llama-3.1-70b", 8, 72_000_000_000);

        Assert.DoesNotContain(found, candidate => candidate.Fits);
        LayoutCandidate nearest = found[0];
        long missing = nearest.Estimate!.Largest.Total - 72_000_000_000;
        Assert.Contains(
            FormattableString.Invariant($"of 72.0 GB: {missing / 1e9:0.0} GB too much"),
            nearest.Obstacle,
            StringComparison.Ordinal
        );
        Assert.All(found, candidate => Assert.NotEmpty(candidate.Obstacle!));
    }

    [Fact]
    public void What_does_not_divide_is_told_with_its_numbers()
    {
        IReadOnlyList<LayoutCandidate> found = Search("llama-3.1-8b", 6, 72_000_000_000);

        LayoutCandidate three = found.First(candidate => candidate.Sizes.Tp == 3);
        Assert.Null(three.Estimate);
        Assert.Contains("num_attention_heads (32)", three.Obstacle, StringComparison.Ordinal);
        LayoutCandidate odd = found.First(candidate => candidate.Sizes is { Tp: 1, Pp: 2, Dp: 3 });
        Assert.Contains("global batch size (256)", odd.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_do_not_divide_are_written_out()
    {
        LayoutCandidate four = Search("deepseek-v2-lite", 4, 72_000_000_000)
            .First(candidate => candidate.Sizes is { Pp: 4, Vp: 1 });

        Assert.Contains(KeyValuePair.Create("pipeline_model_parallel_layout", "Et*6|t*7|t*7|t*7L"), four.Settings);
        Assert.Equal(4, four.Estimate!.Stages.Count);
    }

    [Fact]
    public void Recomputation_that_is_given_is_not_changed()
    {
        IReadOnlyList<LayoutCandidate> found = LayoutSearch
            .For(
                MemoryEstimatorTests.Model("llama-3.1-8b"),
                8,
                72_000_000_000,
                Training,
                [
                    new("recompute_granularity", "full"),
                    new("recompute_method", "block"),
                    new("recompute_num_layers", "2"),
                ]
            )
            .Run();

        Assert.All(found, candidate => Assert.Equal(RecomputeLevel.AsGiven, candidate.Recompute));
    }

    private static IReadOnlyList<LayoutCandidate> Search(string model, int gpus, long memory) =>
        LayoutSearch.For(MemoryEstimatorTests.Model(model), gpus, memory, Training).Run();
}
