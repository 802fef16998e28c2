using System.Text.Json.Nodes;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge;

/// <summary>Every manifest in every layout: weights go into the ranks' models and come out as they were.</summary>
public sealed class GoldenBridgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public async Task Weights_go_into_a_model_on_its_ranks_and_come_out_whole_and_in_parts(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        await GoldenFolder.WriteAsync(golden.Manifest, _folder["hf"]);
        using AutoBridge bridge = AutoBridge.FromHfPretrained(_folder["hf"]);
        using AutoBridge ofConfig = AutoBridge.FromHfConfig(bridge.HfConfig);
        using HfFolder original = HfFolder.Open(_folder["hf"]);
        JsonObject made = (golden.Manifest.ExportsInt4 ? golden.Manifest.Hf : golden.Manifest.Json["export"]!)[
            "tensors"
        ]!.AsObject();

        IReadOnlyList<(Dictionary<string, string> Hashes, List<HfWeight> Parts)> ranks = RankWorld.Run(
            golden.Sizes.WorldSize,
            rank =>
            {
                IReadOnlyList<MegatronModel> models = MegatronModel.Build(golden.Provider, new(rank, golden.Sizes));
                bridge.LoadHfWeights(models);
                _ = ofConfig.ExportHfWeights(models); // plans, for which the config alone is enough
                Dictionary<string, byte[]> whole = bridge
                    .ExportHfWeights(models)
                    .ToDictionary(weight => weight.Name, weight => weight.Tensor.ToArray());
                List<HfWeight> parts = [];
                foreach (HfWeight part in bridge.ExportHfWeights(models, new() { Mode = ExportMode.Distribute }))
                {
                    AssertPart(part, whole[part.Name]);
                    parts.Add(part);
                }

                return (Hashes: whole.ToDictionary(entry => entry.Key, entry => Hash(entry.Value)), Parts: parts);
            }
        );

        Dictionary<string, string> hashes = ranks[0].Hashes;
        Assert.All(ranks, others => Assert.Equal(hashes, others.Hashes));
        Assert.Empty(made.Select(tensor => tensor.Key).Except(hashes.Keys));
        foreach ((string name, string hash) in hashes)
        {
            // What Megatron does not keep is the original's; upstream makes some of it of other tensors.
            string?[] allowed =
            [
                made[name]?["sha256"]?.GetValue<string>(),
                bridge.MappingRegistry.HfToMegatronLookup(name).Count == 0
                    ? GoldenManifest.Hash(original.Find(name)!)
                    : null,
            ];
            Assert.Contains(hash, allowed);
        }

        AssertWhole(hashes.Keys, ranks.SelectMany(rank => rank.Parts));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Together the parts are all tensors, and no two of them overlap unless they are the same.</summary>
    private static void AssertWhole(IEnumerable<string> names, IEnumerable<HfWeight> parts)
    {
        ILookup<string, HfWeight> byName = parts.ToLookup(part => part.Name);
        foreach (string name in names)
        {
            long elements = byName[name].SelectMany(part => part.Pieces).Distinct().Sum(box => box.Sizes.ElementCount);
            Assert.Equal((name, byName[name].FirstOrDefault().WholeShape.ElementCount), (name, elements));
        }
    }

    private static void AssertPart(HfWeight shard, byte[] whole)
    {
        MemoryView view = new(shard.Tensor.DType, shard.WholeShape, whole);
        byte[] bytes = shard.Tensor.ToArray();
        int axis = Enumerable
            .Range(0, shard.WholeShape.Rank)
            .FirstOrDefault(axis => shard.Pieces.Any(box => box.Offsets[axis] != shard.Pieces[0].Offsets[axis]));
        TensorView expected = TensorViews.Concat(axis, [.. shard.Pieces.Select(box => view.Slice(box))]);
        Assert.Equal(expected.Shape, shard.Tensor.Shape);
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(bytes), $"{shard} at {string.Join(", ", shard.Pieces)}");
    }

    private static string Hash(byte[] bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
