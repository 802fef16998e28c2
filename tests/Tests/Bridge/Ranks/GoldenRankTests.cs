using System.Text.Json.Nodes;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Ranks;

/// <summary>Every rank has the parameters that it has in the real Megatron-Bridge, under the same names and in the same shapes.</summary>
public sealed class GoldenRankTests
{
    private static readonly string[] NotSaved =
    [
        "cos_cached",
        "sin_cached",
        "inv_freq",
        "inv_timescales",
        "softcap",
        "original_inv_freq",
        "position_ids",
        "local_tokens_per_expert",
        "global_tokens_per_expert",
        "ga_steps",
        "pixel_mean",
        "pixel_std",
        "positional_embedding",
        "freqs_cache",
    ];

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void Every_rank_has_its_parameters(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        if (GoldenManifest.Load(family).Json["params"]![layout] is not JsonObject ranks)
        {
            return;
        }

        ModelTable table = ModelTable.Build(golden.Provider);
        RankGrid grid = new(golden.Sizes);
        foreach ((string rank, JsonNode? expected) in ranks)
        {
            IReadOnlyList<IReadOnlyList<RankParameter>> stages = RankTable.Build(
                table,
                golden.Provider,
                golden.Sizes,
                RankPlace.Of(grid, int.Parse(rank, null))
            );
            string like = expected!["same_as"]?.GetValue<string>() ?? rank;
            JsonArray expectedStages = ranks[like]!["stages"]!.AsArray();
            Assert.Equal(expectedStages.Count, stages.Count);
            for (int i = 0; i < stages.Count; i++)
            {
                Assert.Equal(
                    Lines(expectedStages[i]!["params"]),
                    Lines(stages[i].Where(own => !own.Parameter.IsBuffer))
                );
                Assert.Equal(
                    Lines(expectedStages[i]!["buffers"]).Where(IsSaved),
                    Lines(stages[i].Where(own => own.Parameter.IsBuffer))
                );
            }
        }
    }

    /// <summary>Tables and counters that a model makes for itself are no part of what it is.</summary>
    internal static bool IsSaved(string line) => !NotSaved.Contains(line[..line.IndexOf(' ')].Split('.')[^1]);

    internal static IEnumerable<string> Lines(JsonNode? table) =>
        (table?.AsObject() ?? [])
            .Select(entry =>
                $"{entry.Key} {new Shape([.. entry.Value!.AsArray().Select(size => size!.GetValue<long>())])}"
            )
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(IEnumerable<RankParameter> parameters) =>
        parameters.Select(own => $"{own.Name} {own.Shape}").Order(StringComparer.Ordinal);
}
