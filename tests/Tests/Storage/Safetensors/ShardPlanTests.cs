using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Safetensors;

public sealed class ShardPlanTests
{
    // The cases and results are those of huggingface_hub's split_state_dict_into_shards_factory.
    [Theory]
    [InlineData(10, new[] { 6, 6, 2, 6, 2, 2 }, "0|1 2|3 4 5")]
    [InlineData(10, new[] { 4, 11, 4, 2, 1 }, "1|0 2 3|4")]
    [InlineData(10, new[] { 11, 12 }, "0|1")]
    [InlineData(10, new[] { 11 }, "0")]
    [InlineData(10, new[] { 5, 5, 0, 1 }, "0 1 2|3")]
    [InlineData(10, new int[0], "")]
    public void Files_are_filled_as_huggingface_hub_fills_them(long limit, int[] sizes, string expected)
    {
        ShardPlan plan = ShardPlan.BySize(
            sizes.Select((size, i) => KeyValuePair.Create<string, TensorView>($"{i}", new ZeroView(DType.U8, [size]))),
            limit
        );
        Assert.Equal(expected, string.Join('|', plan.Shards.Select(shard => string.Join(' ', shard.Tensors))));
        int count = plan.Shards.Count;
        Assert.Equal(
            count == 1
                ? ["model.safetensors"]
                : Enumerable.Range(1, count).Select(i => $"model-0000{i}-of-0000{count}.safetensors"),
            plan.Shards.Select(shard => shard.FileName)
        );
    }

    [Fact]
    public void The_files_of_the_source_are_kept_as_far_as_they_are_needed()
    {
        KeyValuePair<string, string>[] source = [new("a", "2"), new("b", "1"), new("c", "2"), new("d", "3")];
        ShardPlan plan = ShardPlan.ByFileMap(["c", "b", "a"], source);
        Assert.Equal(["2", "1"], plan.Shards.Select(shard => shard.FileName));
        Assert.Equal([new("a", "2"), new("c", "2"), new("b", "1")], plan.WeightMap);
        Assert.Throws<ArgumentException>(() => ShardPlan.ByFileMap(["a", "z"], source));
    }

    [Fact]
    public void Layouts_hold_what_the_plan_says()
    {
        Dictionary<string, TensorView> tensors = new()
        {
            ["a"] = new ZeroView(DType.U8, [4]),
            ["b"] = new ZeroView(DType.U8, [3]),
        };
        IReadOnlyList<SafetensorsLayout> layouts = ShardPlan.BySize(tensors, 4).ToLayouts(tensors);
        Assert.Equal([4, 3], layouts.Select(layout => layout.Placements.Single().View.ByteCount));
    }
}
