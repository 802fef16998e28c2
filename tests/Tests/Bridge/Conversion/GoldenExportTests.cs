using System.Text.Json.Nodes;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>What an export plans from an import's result, held against what the real Megatron-Bridge exported.</summary>
public sealed class GoldenExportTests
{
    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void The_exported_tensors_are_those_of_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ImportPlan import = golden.Plan();

        // Only the original model tells in which of two ways Qwen3-VL's experts lie.
        ITensorSource? original = family == "qwen3_vl_moe" ? golden.Manifest.HfTensors() : null;
        ExportPlan export = ExportPlan.Create(new StackedCheckpoint(import), golden.Family, golden.Provider, original);
        JsonNode made = golden.Manifest.ExportsInt4 ? golden.Manifest.Hf : golden.Manifest.Json["export"]!;
        JsonObject expected = made["tensors"]!.AsObject();

        // What Megatron does not keep comes from the original model, and there is none here.
        IEnumerable<string> kept = expected
            .Select(tensor => tensor.Key)
            .Except(import.Ignored.Select(entry => entry.Name));
        Assert.Equal(kept.Order(), export.Names.Order());
        foreach ((string name, TensorView view) in export.Tensors)
        {
            Assert.Equal(expected[name]!["sha256"]!.GetValue<string>(), GoldenManifest.Hash(view));
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void Every_rank_writes_as_many_items_as_with_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        MegatronShards shards = MegatronShards.Of(golden.Plan(), golden.Sizes);
        Assert.Equal(
            golden.Layout.ItemsPerFile.Select(file => (file.Key, file.Value!.GetValue<int>())).Order(),
            shards
                .Ranks.Select(rank =>
                    (Name: $"__{rank.Rank}_0.distcp", Count: rank.Items.Count + (rank.Rank == 0 ? 1 : 0))
                )
                .Where(file => file.Count > 0)
                .Order()
        );
    }
}
