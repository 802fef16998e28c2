using System.Security.Cryptography;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch;

public sealed class TorchLayoutTests
{
    // Those that torch wrote with another protocol or in the old format are read, but not written.
    private static readonly string[] OtherFormats =
    [
        "protocol3.pt",
        "protocol4.pt",
        "protocol5.pt",
        "legacy_nonzip.pt",
    ];

    public static TheoryData<string> Files =>
        [
            .. Directory
                .EnumerateFiles(TorchFixtures.PathOf("pt-misc"), "*.pt")
                .Select(path => Path.GetFileName(path))
                .Except(OtherFormats),
        ];

    /// <summary>Checkpoints that torch wrote; bridge-handmade is of another writer.</summary>
    public static TheoryData<string> Checkpoints =>
        [
            .. Directory
                .EnumerateFiles(CheckpointFolder, ".metadata", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(CheckpointFolder, Path.GetDirectoryName(path)!))
                .Where(name => !name.StartsWith("bridge-handmade", StringComparison.Ordinal)),
        ];

    private static string CheckpointFolder => Path.Combine(AppContext.BaseDirectory, "Fixtures", "torch_dist");

    [Theory]
    [MemberData(nameof(Files))]
    public void What_torch_saved_is_laid_out_again_byte_for_byte(string name)
    {
        using InputFile file = InputFile.Open(TorchFixtures.PathOf($"pt-misc/{name}"));
        AssertSameAgain(file, 0, file.Length);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Every_item_of_a_checkpoint_is_laid_out_again_byte_for_byte(string name)
    {
        string folder = Path.Combine(CheckpointFolder, name);
        PickleValue index = PickleReader.Read(name, File.ReadAllBytes(Path.Combine(folder, ".metadata")));
        Assert.True(index.TryGetAttributes(out PickleDict? attributes));
        Assert.True(attributes["storage_data"].TryGetDict(out PickleDict? items));
        Assert.NotEmpty(items.Entries);
        foreach ((_, PickleValue item) in items.Entries)
        {
            Assert.True(item.TryGetAttributes(out PickleDict? place));
            Assert.True(place["relative_path"].TryGetText(out string? path));
            Assert.True(place["offset"].TryGetInt64(out long offset));
            Assert.True(place["length"].TryGetInt64(out long length));
            using InputFile file = InputFile.Open(Path.Combine(folder, path));
            AssertSameAgain(file, offset, length);
        }
    }

    [Fact]
    public void A_dict_of_tensors_is_what_torch_saves()
    {
        using InputFile file = InputFile.Open(TorchFixtures.PathOf("pt-misc/train_state.pt"));
        TorchFile saved = TorchFile.Open(file);
        Assert.True(saved.Root.TryGetDict(out PickleDict? dict));
        PickleDict made = new([
            .. dict.Entries.Select(entry =>
                (
                    (PickleValue)((PickleText)entry.Key).Value,
                    (PickleValue)new TensorValue(saved.FindTensor(entry.Value)!)
                )
            ),
        ]);
        TorchLayout layout = new("train_state", made);
        TorchFixtures.AssertSame(file.Read(0, (int)file.Length), TorchFixtures.Render(layout), "train_state.pt");
    }

    // torch.save([torch.tensor([i % 256], dtype=torch.uint8) for i in range(n)], f"count-{n}.pt"): the order of many
    // names in the hash set that goes into the serialization id, and a memo of more than 256 values.
    [Theory]
    [InlineData(0, "88a31eaebdcfbf9c91767d0b4364ff798e66f70d59babf7438b6b95f10591023")]
    [InlineData(1, "8ca22665a982b819f0b61d8ba983d1729073e5b2c9df879dff423b4a27e75127")]
    [InlineData(6, "a730294ea922ba3e462ca8605f56c60628a0c4c162f186fbe66e3c38ad8ba355")]
    [InlineData(7, "fbc55e7a2a9b9ca6b847adf38a0350e073a20b5da8b8018301772857c9289d1f")]
    [InlineData(8, "2512060caa7d067b1679cc1a842a7b57e881d7533285c33957906a3c18cb0336")]
    [InlineData(22, "3738124fb29ffd366eecf9f94e39922b47276dc8e95a84080f3aa0779262c37f")]
    [InlineData(23, "589a7770bd453649e1e01dfb36cf410e014c4b3ff787a9973c4253a9224d8cca")]
    [InlineData(24, "ea70ea295f2ab3180b5901e5d699070a2174a18bd6d33af1b7c044c27c0549b3")]
    [InlineData(52, "caf8a0867b688594bbf39b675df04b9fe9dbf826640179c2568f197496f124bc")]
    [InlineData(53, "f24c30a3ca7059a8cc68d8a7ec9a811c910b81513f65ae630d0f8804c66ff19f")]
    [InlineData(54, "13106df555dcc1b34c628f1cca2b0de953d165f10b3acb81b1f42a650bc4f3c4")]
    [InlineData(120, "8308aa7cbb5153d0f08abe547f4d88a4df5e0c40c4ca9564d58f34d6e9909735")]
    [InlineData(121, "bc0b2129e31f42f91e2abeaf196a6b9a70f2614868409889a080a715ec6c18b1")]
    [InlineData(122, "b15d9ad1c38af8b3b8df8b0433ec75b33b7df77495f7ea1f0a8f818c90d60ebe")]
    [InlineData(251, "ac980500932cb8a3e80d64b8263b64c2c431a6725cbb8c6718facb77c23b2405")]
    [InlineData(252, "6a372a23d18d4cc5a556dd64519742a72cb86eb42d8fa51c24df404a4bd187e7")]
    [InlineData(535, "c03fa7826361d501d2cd33f5b9facc3c686b4d3b3ab20f3ec445babd0581ddf4")]
    [InlineData(1105, "2d94c91b76b8d1817687e0faa8227479dc2aed0ffb9b30613673be2b097243cd")]
    [InlineData(3000, "62ade265dd8af5abea47721bb8ee0420b0ed6d5cf3ceb5b3ede444bacada0fee")]
    [InlineData(66000, "53af502a18fe9f6f7b5cdad5a668aabb2a2645fffdf95f5d029f9d935b6cd86c")]
    public void Any_number_of_tensors_gives_the_archive_of_torch(int count, string sha256)
    {
        PickleValue[] tensors =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new TensorValue(new MemoryView(DType.U8, [1], new[] { (byte)i }))),
        ];
        byte[] archive = TorchFixtures.Render(new($"count-{count}", new PickleList(tensors)));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(archive)));
    }

    [Fact]
    public async Task An_archive_may_stand_anywhere_in_a_file()
    {
        TensorView view = new MemoryView(DType.BF16, [3, 5], Enumerable.Range(0, 30).Select(i => (byte)i).ToArray());
        TorchLayout archive = new(TorchLayout.ItemPrefix, new TensorValue(view));
        byte[] alone = TorchFixtures.Render(archive);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            FileLayout[] layouts =
            [
                new TorchFileLayout(archive) { Name = "alone.pt" },
                new ShiftedLayout(archive, 1577) { Name = "inside.bin" },
            ];
            await TransferEngine.RunAsync(layouts, folder, TransferOptions.Default);
            TorchFixtures.AssertSame(alone, File.ReadAllBytes(Path.Combine(folder, "alone.pt")), "alone.pt");
            TorchFixtures.AssertSame(
                alone,
                File.ReadAllBytes(Path.Combine(folder, "inside.bin")).AsSpan(1577),
                "inside.bin"
            );

            using InputFile file = InputFile.Open(Path.Combine(folder, "inside.bin"));
            TorchFile read = TorchFile.Open(file, 1577, archive.Length);
            Assert.Equal(view.ToArray(), read.FindTensor(read.Root)!.ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_tensor_used_twice_is_stored_once()
    {
        TensorValue tensor = new(new MemoryView(DType.U8, [1], new byte[1]));
        TorchLayout layout = new("twice", new PickleList(tensor, tensor));
        Assert.Single(layout.Placements);
    }

    [Fact]
    public void What_torch_cannot_hold_is_refused()
    {
        TensorValue odd = new(new MemoryView(DType.F6E2M3, [4], new byte[3]));
        Assert.Throws<ArgumentException>(() => new TorchLayout("x", odd));
        TensorValue scalar = new(new MemoryView(DType.F4, [2, 1], new byte[1]));
        Assert.Throws<ArgumentException>(() => new TorchLayout("x", scalar));
        PicklePersistentId foreign = new(new PickleTuple("storage"));
        Assert.Throws<ArgumentException>(() => new TorchLayout("x", foreign));
        Assert.Throws<ArgumentException>(() => new TorchLayout("a/b", new PickleList()));
        TorchLayout layout = new("x", new PickleList());
        Assert.Throws<ArgumentException>(() => layout.Frame([1]));
    }

    private static void AssertSameAgain(InputFile file, long start, long length)
    {
        TorchFile saved = TorchFile.Open(file, start, length);
        TorchLayout layout = new(saved.Prefix, saved.Root, saved);
        TorchFixtures.AssertSame(
            file.Read(start, (int)length),
            TorchFixtures.Render(layout),
            $"{file.Path}, the archive at {start},"
        );
    }

    private sealed class ShiftedLayout(TorchLayout archive, long shift) : FileLayout
    {
        public override long Length => shift + archive.Length;

        public override IReadOnlyList<Placement> Placements =>
            [.. archive.Placements.Select(placement => placement with { Position = placement.Position + shift })];

        public override bool NeedsCrc => true;

        public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) => archive.Complete(file, shift, crcs);
    }
}
