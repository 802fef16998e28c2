using System.Security.Cryptography;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class MetadataWriterTests
{
    [Fact]
    public void Ten_thousand_items_take_frames_and_batches_as_the_real_pickler_makes_them()
    {
        // The same plan was pickled by CPython 3.14 with the classes of torch 2.14.
        byte[] written = MetadataWriter.Write(
            [Large(0), Large(1)],
            "there",
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")
        );
        Assert.Equal(3_212_155, written.Length);
        Assert.Equal(
            "cb251944f8591444a085e1908d437581bdb377730f1d0feaba55fe3092d68080",
            Convert.ToHexStringLower(SHA256.HashData(written))
        );
    }

    private static RankPlan Large(int rank)
    {
        List<SaveItem> items = [];
        for (int i = 0; i < 1000; i++)
        {
            items.Add(new ObjectItem($"layer.{rank}.{i}._extra_state/shard_0_1", PickleValue.None));
        }

        Shape shape = [8, 9, 10, 11];
        for (int i = 0; i < 1500; i++)
        {
            ZeroView zeros = new(DType.BF16, shape);
            items.Add(new TensorChunk($"layer.{rank}.{i}.weight", shape, Box.Whole(shape), zeros, isStacked: false));
        }

        ZeroView row = new(DType.BF16, [1, 70000]);
        for (int i = 0; i < 2500; i++)
        {
            Box box = new([(rank * 2500) + i, 0], row.Shape);
            items.Add(new TensorChunk("stacked", [5000, 70000], box, row, isStacked: true));
        }

        long offset = 0;
        List<(SaveItem, ItemPlace)> stored = [];
        foreach (SaveItem item in items)
        {
            ItemPlace place = new($"__{rank}_0.distcp", offset, item is ObjectItem ? 1261 : 123_456_789);
            stored.Add((item, place));
            offset += place.Length;
        }

        return new(items, stored);
    }
}
