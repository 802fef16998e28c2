using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>Holds the counts against those of the real Megatron-Bridge, which counts a step of two sequences.</summary>
public sealed class GoldenFlopsTests
{
    private const int Batch = 2;
    private static readonly JsonObject Golden = JsonNode
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "flops", "flops.json")))!
        .AsObject();

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach ((string family, JsonNode? lengths) in Golden)
            {
                foreach ((string length, _) in lengths!.AsObject())
                {
                    cases.Add(family, int.Parse(length));
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_of_a_golden_model_takes_what_upstream_counts_but_for_the_differences_that_are_told(
        string family,
        int length
    )
    {
        FlopsCount count = FlopsCalculator.TransformerFlops(Provider(family), Batch, length);

        Assert.Equal((decimal)Golden[family]![$"{length}"]!.GetValue<double>(), count.Upstream);
    }

    [Fact]
    public void Only_models_that_upstream_counts_wrong_have_differences()
    {
        string[] different =
        [
            .. Golden
                .Select(entry => entry.Key)
                .Where(family =>
                    FlopsCalculator.TransformerFlops(Provider(family), Batch, 4096).Differences!.Count > 0
                ),
        ];

        Assert.Equal(["falcon_h1", "gemma2", "gemma4_moe"], different);
    }

    /// <summary>Two layers with a mixer of 4 heads of 16, two groups, 16 states, that upstream does not count.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(4096)]
    public void Falcon_H1_takes_its_Mamba_mixers_more_than_upstream_counts(int length)
    {
        FlopsDifference difference = Assert.Single(
            FlopsCalculator.TransformerFlops(Provider("falcon_h1"), Batch, length).Differences!
        );

        const int projections = 2 * ((64 * ((2 * 64) + (4 * 16) + 4)) + (64 * 64)); // z, x; B, C; dt; out
        const int scan = 7 * 64 * 16;
        Assert.Equal(3m * 2 * Batch * length * (projections + scan), difference.Flops);
    }

    /// <summary>The second of two layers, with 4 heads of 32, looks at all tokens; upstream counts it with the window of 32.</summary>
    [Theory]
    [InlineData("gemma2", 128)]
    [InlineData("gemma2", 4096)]
    [InlineData("gemma4_moe", 128)]
    [InlineData("gemma4_moe", 4096)]
    public void Every_other_layer_of_some_Gemmas_has_no_window(string family, int length)
    {
        FlopsDifference difference = Assert.Single(
            FlopsCalculator.TransformerFlops(Provider(family), Batch, length).Differences!
        );

        decimal allPairs = (decimal)length * length / 2;
        decimal windowPairs = (32 * length) - (32 * 31 / 2);
        Assert.Equal(3 * 2 * 2 * 4 * 32 * Batch * (allPairs - windowPairs), difference.Flops);
    }

    private static ModelProvider Provider(string family) => new GoldenCase(family, "tp1pp1").Provider;
}
