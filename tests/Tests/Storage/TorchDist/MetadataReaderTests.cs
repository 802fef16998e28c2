using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class MetadataReaderTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void All_protocols_are_read(int protocol)
    {
        TorchDistIndex index = Read(Good(new()), protocol);
        StoredTensor tensor = index.FindTensor("w")!;
        Assert.Equal(DType.BF16, tensor.DType);
        Assert.Equal([4, 6], tensor.Shape);
        Assert.Equal(new Box([2, 0], [2, 6]), tensor.Chunks[1].Box);
        Assert.Equal(new ItemPlace("__0_0.distcp", 300, 400), tensor.Chunks[1].Place);
        Assert.Equal(new ItemPlace("__0_0.distcp", 700, 50), index.FindObject("common_state/shard_0_1"));
        Assert.Null(index.FindTensor("v"));
        Assert.Null(index.FindObject("w"));
    }

    [Fact]
    public void What_has_changed_between_versions_is_read_alike()
    {
        FakeMetadata[] versions =
        [
            new() { PropertiesModule = "torch.distributed._shard.sharded_tensor.metadata" },
            new() { RootClass = new("megatron.core.dist_checkpointing.strategies.torch", "MCoreMetadata") },
            new() { HasPlainSizes = true },
            new() { HasNoIndex = true },
            new() { RootFields = { ("mcore_data", new PickleDict()), ("version", "9.9"), ("unknown", 1) } },
            new() { StorageFields = { ("transform_descriptors", PickleValue.None), ("unknown", 1) } },
            new() { StorageFields = { ("transform_descriptors", new PickleList()) } },
        ];
        foreach (FakeMetadata version in versions)
        {
            TorchDistIndex index = Read(Good(version));
            Assert.Equal(2, index.FindTensor("w")!.Chunks.Count);
            Assert.NotNull(index.FindObject("common_state/shard_0_1"));
        }
    }

    [Fact]
    public void Empty_chunks_may_share_their_place()
    {
        FakeMetadata metadata = new();
        metadata.AddTensor("t", DType.F32, [2], ([0], [1]), ([1], [1]), ([2], [0]), ([2], [0]));
        metadata.AddStorage("t", [0], "a", 0, 10);
        metadata.AddStorage("t", [1], "a", 10, 10);
        metadata.AddStorage("t", [2], "b", 0, 10);
        Assert.Equal(4, Read(metadata).FindTensor("t")!.Chunks.Count);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        FakeMetadata metadata = new();
        metadata.AddTensor("gap", DType.F32, [4], ([0], [2]), ([3], [1]));
        metadata.AddStorage("gap", [0], "a", 0, 1);
        metadata.AddStorage("gap", [3], "a", 0, 1);
        metadata.AddTensor("overlap", DType.F32, [4], ([0], [3]), ([2], [2]));
        metadata.AddStorage("overlap", [0], "a", 0, 1);
        metadata.AddStorage("overlap", [2], "a", 0, 1);
        metadata.AddTensor("outside", DType.F32, [4], ([0], [5]));
        metadata.AddStorage("outside", [0], "a", 0, 1);
        metadata.AddTensor("far outside", DType.F32, [4], ([long.MaxValue], [1]));
        metadata.AddTensor("rank", DType.F32, [4], ([0, 0], [4, 1]));
        metadata.AddTensor("unstored", DType.F32, [4], ([0], [4]));
        metadata.AddTensor("huge", DType.F32, [long.MaxValue, 2], ([0, 0], [1, 1]));
        metadata.AddTensor("large", DType.F64, [long.MaxValue], ([0], [1]));
        metadata.AddTensor("negative", DType.F32, [-4], ([0], [4]));
        metadata.AddTensor("strange", new PickleGlobal("torch", "quint8"), [4], ([0], [4]));
        metadata.AddTensor("evil", new PickleGlobal("os", "float32"), [4], ([0], [4]));
        metadata.AddTensor("half bytes", DType.F4, [4], ([0], [4]));
        metadata.AddObject("lost");
        metadata.AddStorage("orphan", [0], "a", 0, 1);
        metadata.AddStorage("orphan object", null, "a", 0, 1);
        metadata.AddStorage("endless", null, "a", long.MaxValue, 1);
        metadata.AddStorage("before", null, "a", -1, 1);
        metadata.AddStorage("text", null, "a", "0", 1);
        BadFileException e = Assert.Throws<BadFileException>(() => Read(metadata));
        string[] expected =
        [
            "18 faults",
            "endless: its storage",
            "before: its storage",
            "text: its storage",
            "gap [4]: no chunk holds the elements [2]+[1]",
            "overlap [4]: the chunks [0]+[3] and [2]+[2] both hold the elements [2]+[1]",
            "outside: its chunk [0]+[5] is not inside its shape [4]",
            "far outside: its chunk [9223372036854775807]+[1] is not inside its shape [4]",
            "rank: its chunk [0, 0]+[4, 1] is not inside its shape [4]",
            "unstored: its chunk [0]+[4] has no storage",
            "huge: its size torch.Size((9223372036854775807, 2)) is not possible",
            "large: its size",
            "negative: its size",
            "strange: the dtype torch.quint8 is not supported",
            "evil: the dtype os.float32 is not supported",
            "half bytes: the dtype torch.float4_e2m1fn_x2 is not supported",
            "lost: the object has no storage",
            "orphan: the storage a bytes 0 to 1 at [0] belongs to no chunk",
            "orphan object: the storage a bytes 0 to 1 belongs to no object",
        ];
        Assert.All(expected, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_thousand_faults_make_a_message_that_can_be_read()
    {
        FakeMetadata metadata = new();
        for (int i = 0; i < 1000; i++)
        {
            metadata.AddObject($"lost {i}");
        }

        BadFileException e = Assert.Throws<BadFileException>(() => Read(metadata));
        Assert.EndsWith("lost 19: the object has no storage\n  and 980 more", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_items_are_refused()
    {
        FakeMetadata metadata = new()
        {
            StorageFields = { ("transform_descriptors", new PickleList("stream.zstd/1")) },
        };
        BadFileException e = Assert.Throws<BadFileException>(() => Read(Good(metadata)));
        Assert.Contains("transformed by 'stream.zstd/1', which is not supported", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_pickles_are_refused()
    {
        foreach (PickleValue other in (PickleValue[])[1, new PickleDict(), new PickleGlobal("os", "system")])
        {
            BadFileException e = Assert.Throws<BadFileException>(() =>
                MetadataReader.Read("there", other, new("there"))
            );
            Assert.Contains("should hold a Metadata object", e.Message, StringComparison.Ordinal);
        }
    }

    private static FakeMetadata Good(FakeMetadata metadata)
    {
        metadata.AddTensor("w", DType.BF16, [4, 6], ([0, 0], [2, 6]), ([2, 0], [2, 6]));
        metadata.AddObject("common_state/shard_0_1");
        metadata.AddStorage("common_state/shard_0_1", null, "__0_0.distcp", 700, 50);
        metadata.AddStorage("w", [2, 0], "__0_0.distcp", 300, 400);
        metadata.AddStorage("w", [0, 0], "__0_0.distcp", 0, 300);
        return metadata;
    }

    private static TorchDistIndex Read(FakeMetadata metadata, int protocol = 4)
    {
        FaultList faults = new("there");
        TorchDistIndex index = MetadataReader.Read(
            "there",
            PickleReader.Read("there", metadata.Write(protocol)),
            faults
        );
        faults.ThrowIfAny();
        return index;
    }
}
