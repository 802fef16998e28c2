using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class TorchDistPlanTests
{
    public static TheoryData<string> MegatronSamples => [.. Samples.Megatron];

    [Theory]
    [MemberData(nameof(MegatronSamples))]
    public async Task What_Megatron_wrote_is_written_again_byte_for_byte(string sample)
    {
        string folder = Samples.Folder(sample);
        RecordedPlans recorded = new(folder);
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(folder);
        List<IReadOnlyList<SaveItem>> ranks = [];
        for (int rank = 0; rank < recorded.Plans.Count; rank++)
        {
            List<SaveItem> items = recorded.Items(
                rank,
                (key, box, _) => checkpoint.Tensor(key).Slice(box),
                key => checkpoint.Object(key)
            );
            ranks.Add(items);
        }

        int filesPerRank = File.Exists(Path.Combine(folder, "__0_1.distcp")) ? 2 : 1;
        TorchDistPlan plan = TorchDistPlan.Create(ranks, recorded.CheckpointId, filesPerRank, recorded.SaveId);
        using TemporaryFolder output = new();
        await TransferEngine.RunAsync(
            [.. plan.DataFiles, plan.Index, plan.Marker],
            output.Path,
            TransferOptions.Default
        );
        string[] written = [.. Directory.GetFiles(output.Path).Select(path => Path.GetFileName(path))];
        Assert.Equal(Directory.GetFiles(folder, "*.distcp").Length + 2, written.Length);
        foreach (string name in written)
        {
            // Older versions also said who wrote common.pt.
            if (name != "metadata.json" || !File.Exists(Path.Combine(folder, "common.pt")))
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder, name)), File.ReadAllBytes(output[name]));
            }
        }
    }

    [Fact]
    public void The_same_items_give_the_same_index_and_other_items_another_id()
    {
        byte[] first = Index([
            [Chunk("a", DType.F32, [4], [0], [4])],
        ]);
        Assert.Equal(
            first,
            Index([
                [Chunk("a", DType.F32, [4], [0], [4])],
            ])
        );
        Assert.NotEqual(
            Id(first),
            Id(
                Index([
                    [Chunk("a", DType.F32, [5], [0], [5])],
                ])
            )
        );
        Assert.NotEqual(
            Id(first),
            Id(
                Index([
                    [Chunk("a", DType.I32, [4], [0], [4])],
                ])
            )
        );
        Assert.NotEqual(
            Id(first),
            Id(
                Index([
                    [],
                    [Chunk("a", DType.F32, [4], [0], [4])],
                ])
            )
        );
    }

    [Fact]
    public void Ranks_and_files_without_items_are_not_written()
    {
        TorchDistPlan plan = TorchDistPlan.Create(
            [
                [],
                [Object("o"), Chunk("a", DType.F32, [9], [0], [9]), Chunk("b", DType.F32, [2], [0], [2])],
                [Chunk("c", DType.F32, [2], [0], [2])],
            ],
            "there",
            filesPerRank: 3
        );
        Assert.Equal(["__1_0.distcp", "__1_1.distcp", "__2_0.distcp"], plan.DataFiles.Select(file => file.Name));
        Assert.Equal([1, 1, 1], plan.DataFiles.Select(file => file.Placements.Count));
    }

    [Theory]
    [InlineData("a [4]: no chunk holds the elements [2]+[2]", "a:F32:4:0:2")]
    [InlineData("a [4]: the chunks [0]+[4] and [0]+[4] both hold", "a:F32:4:0:4", "a:F32:4:0:4")]
    [InlineData("a is saved as F32 [4] and as F32 [5]", "a:F32:4:0:4", "a:F32:5:4:1")]
    [InlineData("a is saved as F32 [4] and as BF16 [4]", "a:F32:4:0:2", "a:BF16:4:2:2")]
    [InlineData("Two chunks of a begin at the same place", "a:F32:0:0:0", "a:F32:0:0:0")]
    [InlineData("The object a is saved twice", "a", "a")]
    [InlineData("a is saved as an object and as a tensor", "a:F32:4:0:4", "a")]
    public void Items_that_make_no_checkpoint_are_refused(string reason, params string[] items)
    {
        // The second item is that of another rank.
        IReadOnlyList<SaveItem>[] ranks = [.. items.Select(item => (IReadOnlyList<SaveItem>)[Parse(item)])];
        ArgumentException e = Assert.Throws<ArgumentException>(() => TorchDistPlan.Create(ranks, "there"));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static byte[] Index(IReadOnlyList<IReadOnlyList<SaveItem>> ranks)
    {
        FileLayout layout = TorchDistPlan.Create(ranks, "there").Index;
        using TemporaryFolder folder = new();
        using (OutputFile file = new(folder["index"], layout.Length))
        {
            layout.Complete(file, []);
        }

        return File.ReadAllBytes(folder["index"]);
    }

    private static string Id(byte[] index) =>
        $"{PickleReader.Read("index", index).Field("storage_meta").Field("save_id")}";

    private static SaveItem Parse(string item)
    {
        string[] parts = item.Split(':');
        return parts.Length == 1
            ? Object(item)
            : Chunk(
                parts[0],
                Enum.Parse<DType>(parts[1]),
                [long.Parse(parts[2])],
                [long.Parse(parts[3])],
                [long.Parse(parts[4])]
            );
    }

    private static TensorChunk Chunk(string key, DType dtype, Shape shape, Shape offsets, Shape sizes) =>
        new(key, shape, new(offsets, sizes), new ZeroView(dtype, sizes), isStacked: false);

    private static ObjectItem Object(string key) => new(key, new PickleList(PickleValue.None));
}
