using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>What a stage's ranks are said to need is what the ranks really have, parameter by parameter.</summary>
public sealed class GoldenMemoryTests
{
    public static TheoryData<string, string> Layouts =>
        [
            .. GoldenCases.All.Where(layout =>
                !layout.Data.Item1.StartsWith("flux", StringComparison.Ordinal)
                && !layout.Data.Item1.StartsWith("wan", StringComparison.Ordinal)
            ),
        ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Each_rank_has_the_parameters_that_its_stage_is_said_to_have(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ModelProvider provider = golden.Provider;

        MemoryEstimate estimate = MemoryEstimator.Estimate(
            provider,
            golden.Sizes,
            new()
            {
                SequenceLength = 128,
                Optimizer = new() { UseDistributedOptimizer = false },
            }
        );

        ModelTable table = ModelTable.Build(provider);
        foreach (StageMemory stage in estimate.Stages)
        {
            for (int tp = 0; tp < golden.Sizes.Tp; tp++)
            {
                RankPlace place = new(stage.Stage, tp, golden.Sizes.Ep - 1, tp % golden.Sizes.Etp);
                RankParameter[] has =
                [
                    .. RankTable.Build(table, provider, golden.Sizes, place).SelectMany(chunk => chunk),
                ];
                Assert.Equal(
                    has.Where(own => !own.Parameter.IsBuffer).Sum(own => own.Shape.ElementCount),
                    stage.Parameters
                );
                Assert.Equal(
                    has.Sum(own =>
                        own.Shape.ElementCount * (own.Parameter.DType ?? provider.ParamsDtype).BitCount() / 8
                    ),
                    stage.Weights
                );
            }

            Assert.True(stage.Activations > 0 || stage.Parameters == 0);
        }
    }
}
