using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>What an import plans, held against what the real Megatron-Bridge wrote.</summary>
public sealed class GoldenImportTests
{
    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void The_assembled_tensors_are_those_of_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        AssembledCheckpoint checkpoint = new(golden.Plan(), golden.Sizes);
        Assert.Equal(golden.Layout.Tensors.Select(tensor => tensor.Key).Order(), checkpoint.Names.Order());
        foreach ((string key, JsonNode? expected) in golden.Layout.Tensors)
        {
            TensorView tensor = checkpoint.Find(key)!;
            Assert.Equal(expected!["shape"]!.ToJsonString(), ToJson(tensor.Shape));
            Assert.Equal(expected["dtype"]!.GetValue<string>(), tensor.DType.SafetensorsName());
            Assert.Equal(expected["sha256"]!.GetValue<string>(), GoldenManifest.Hash(tensor));
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void Every_tensor_is_stored_in_the_chunks_of_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        var byKey = golden
            .Plan()
            .Parameters.SelectMany(parameter => ParameterChunk.Cut(parameter.Binding.Parameter, golden.Sizes))
            .GroupBy(chunk => chunk.Key);
        foreach (var key in byKey)
        {
            JsonNode expected = golden.Layout.Tensors[key.Key]!["chunks"]!;
            Assert.Equal(expected["count"]!.GetValue<int>(), key.Count());
            Assert.Equal(
                expected["shape"]!.ToJsonString(),
                ToJson(Assert.Single(key.Select(chunk => chunk.InKey.Sizes).Distinct()))
            );
            Assert.Equal(key.Count(), key.Select(chunk => chunk.InKey.Offsets).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void The_objects_are_those_of_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        IEnumerable<string> keys = golden
            .Plan()
            .Table.Objects.Select(entry => entry.ShardKey)
            .Append("common_state/shard_0_1");
        Assert.Equal(golden.Layout.Objects.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    private static string ToJson(Shape shape) =>
        new JsonArray([.. shape.Select(size => JsonValue.Create(size))]).ToJsonString();
}
