using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conformance;

public sealed class TorchDistTests(Python python) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // torch counts pairs of 4-bit numbers, which torch_dist has no use for.
    private static IEnumerable<DType> DTypes => RandomTensors.TorchTypes.Where(dtype => dtype != DType.F4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public async Task What_we_write_torch_loads(int rankCount, int filesPerRank)
    {
        Random random = new(rankCount);
        Dictionary<string, TensorView> tensors = [];
        List<SaveItem>[] ranks = [.. Enumerable.Range(0, rankCount).Select(_ => new List<SaveItem>())];
        foreach (DType dtype in DTypes)
        {
            foreach (
                Shape shape in (Shape[])
                    [
                        [],
                        [7],
                        [6, 5],
                        [4, 3, 6],
                        [0, 3],
                    ]
            )
            {
                string key = $"{dtype}.{shape.Rank}.{shape.ElementCount}";
                MemoryView tensor = RandomTensors.Make(dtype, shape, random);
                tensors.Add(key, tensor);
                foreach (Box box in Cut(shape, random))
                {
                    ranks[random.Next(rankCount)]
                        .Add(new TensorChunk(key, shape, box, tensor.Slice(box), random.Next(2) == 0));
                }
            }
        }

        ranks[^1].Add(new ObjectItem("module._extra_state/shard_0_1", new PickleList(PickleValue.None)));
        ranks[0]
            .Add(
                new ObjectItem("common_state/shard_0_1", new PickleList(new PickleDict(("iteration", 5), ("ä", "ö"))))
            );
        TorchDistPlan plan = TorchDistPlan.Create(ranks, "there", filesPerRank);
        await TransferEngine.RunAsync(
            [.. plan.DataFiles, plan.Index, plan.Marker],
            _folder.Path,
            TransferOptions.Default
        );

        JsonElement loaded = python.Call("dcp", "load", _folder.Path);
        Description.AssertSame(loaded.GetProperty("tensors"), tensors);
        JsonElement objects = loaded.GetProperty("objects");
        Assert.Equal("[None]", objects.GetProperty("module._extra_state/shard_0_1").GetString());
        Assert.Equal("[{'iteration': 5, 'ä': 'ö'}]", objects.GetProperty("common_state/shard_0_1").GetString());

        using TorchDistCheckpoint ours = TorchDistCheckpoint.Open(_folder.Path);
        ours.Verify();
        Description.AssertSame(loaded.GetProperty("tensors"), Views(ours));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_torch_writes_we_read(int threadCount)
    {
        JsonArray spec = [];
        foreach (DType dtype in DTypes)
        {
            foreach (
                long[] shape in (long[][])
                    [
                        [],
                        [7],
                        [6, 5],
                        [2, 3, 4],
                        [0, 3],
                    ]
            )
            {
                string key = $"{dtype}-{string.Join('x', shape)}";
                JsonArray sizes = [.. shape.Select(size => (JsonNode)size)];
                spec.Add(new JsonArray(key, dtype.SafetensorsName(), sizes));
            }
        }

        JsonElement expected = python.Call("dcp", "save", _folder.Path, spec, threadCount);
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(_folder.Path);
        checkpoint.Verify();
        Description.AssertSame(expected, Views(checkpoint));
        Assert.Equal("7", $"{checkpoint.Object("objects.step").Root}");
        Assert.Equal("[1, 2.5, None]", $"{checkpoint.Object("objects.list").Root}");
        Assert.Equal("True", $"{checkpoint.Object("objects.nested.deep.flag").Root}");
    }

    private static IEnumerable<KeyValuePair<string, TensorView>> Views(TorchDistCheckpoint checkpoint) =>
        checkpoint.Index.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, checkpoint.Tensor(tensor.Key)));

    /// <summary>Cuts in two, and the parts again, at random places.</summary>
    private static List<Box> Cut(Shape shape, Random random)
    {
        List<Box> boxes = [Box.Whole(shape)];
        for (int i = 0; i < 4 && shape.ElementCount > 1; i++)
        {
            Box box = boxes[random.Next(boxes.Count)];
            int axis = random.Next(shape.Rank);
            long before = random.NextInt64(box.Sizes[axis]);
            if (before > 0)
            {
                boxes.Remove(box);
                boxes.Add(new(box.Offsets, box.Sizes.With(axis, before)));
                boxes.Add(
                    new(
                        box.Offsets.With(axis, box.Offsets[axis] + before),
                        box.Sizes.With(axis, box.Sizes[axis] - before)
                    )
                );
            }
        }

        return boxes;
    }
}
