using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conformance;

public sealed class TorchDistRanksTests(Python python) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void What_four_ranks_save_is_read(int threads, bool oneFileARank)
    {
        JsonElement saved = python.Call("dcp_ranks", "save", _folder.Path, threads, oneFileARank);
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(_folder.Path);
        checkpoint.Verify();
        Description.AssertSame(
            saved,
            checkpoint.Index.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, checkpoint.Tensor(tensor.Key)))
        );
        Assert.True(checkpoint.Object("object.iteration").Root.TryGetInt64(out long iteration));
        Assert.Equal(5, iteration);
        Assert.True(checkpoint.Object("object.name").Root.TryGetText(out string? name));
        Assert.Equal("x", name);
    }

    [Fact]
    public async Task Ranks_load_other_parts_than_were_saved()
    {
        Random random = new(1);
        Dictionary<string, TensorView> tensors = RandomTensors
            .TorchTypes.Where(dtype => dtype != DType.F4) // torch cannot copy those
            .ToDictionary(
                dtype => $"layers.{dtype}.weight",
                TensorView (dtype) => RandomTensors.Make(dtype, [5, 6, 4], random)
            );
        await SaveAsync(tensors, random);

        JsonArray keys = [.. tensors.Keys];
        JsonElement loaded = python.Call("dcp_ranks", "load_rows", _folder.Path, keys, 2);
        for (int rank = 0; rank < 2; rank++)
        {
            Description.AssertSame(
                loaded[rank],
                tensors.Select(tensor => KeyValuePair.Create(tensor.Key, Half(tensor.Value, rank)))
            );
        }
    }

    private static TensorView Half(TensorView tensor, int number)
    {
        long first = (tensor.Shape[0] + 1) / 2;
        return number == 0 ? tensor.Slice(0, 0, first) : tensor.Slice(0, first, tensor.Shape[0] - first);
    }

    /// <summary>Four ranks: each tensor is cut in pieces of random size along two dimensions, dealt out by chance.</summary>
    private async Task SaveAsync(Dictionary<string, TensorView> tensors, Random random)
    {
        List<SaveItem>[] ranks = [.. Enumerable.Range(0, 4).Select(_ => new List<SaveItem>())];
        foreach ((string key, TensorView tensor) in tensors)
        {
            int last = tensor.Shape.Rank - 1;
            foreach (Box box in Cut(Box.Whole(tensor.Shape), 0, random).SelectMany(box => Cut(box, last, random)))
            {
                ranks[random.Next(ranks.Length)]
                    .Add(new TensorChunk(key, tensor.Shape, box, tensor.Slice(box), isStacked: false));
            }
        }

        TorchDistPlan plan = TorchDistPlan.Create(ranks, "checkpoint", filesPerRank: 2);
        await TransferEngine.RunAsync(
            [.. plan.DataFiles, plan.Index, plan.Marker],
            _folder.Path,
            TransferOptions.Default
        );
    }

    private static IEnumerable<Box> Cut(Box box, int axis, Random random)
    {
        if (axis < 0 || axis >= box.Sizes.Rank || box.Sizes[axis] < 2)
        {
            return [box];
        }

        long first = random.NextInt64(1, box.Sizes[axis]);
        return
        [
            new(box.Offsets, box.Sizes.With(axis, first)),
            new(box.Offsets.With(axis, box.Offsets[axis] + first), box.Sizes.With(axis, box.Sizes[axis] - first)),
        ];
    }
}
