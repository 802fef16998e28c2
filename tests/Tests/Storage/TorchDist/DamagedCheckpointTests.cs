using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class DamagedCheckpointTests : IAsyncLifetime
{
    private SmallCheckpoint _checkpoint = null!;

    public async ValueTask InitializeAsync() => _checkpoint = await SmallCheckpoint.WriteAsync();

    public ValueTask DisposeAsync()
    {
        _checkpoint.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Undamaged_it_is_read()
    {
        _checkpoint.Replace();
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(_checkpoint.Path);
        opened.Verify();
        Assert.Equal(_checkpoint.W, opened.Tensor("w").ToArray());
    }

    [Fact]
    public void A_lie_about_the_dtype_is_found_when_the_item_is_read_or_verified()
    {
        _checkpoint.Replace(dtype: DType.F16);
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(_checkpoint.Path);
        const string Reason =
            "the chunk [0, 0]+[2, 6] of w, bytes 1261 to 2838: it holds BF16 [2, 6], but the index promises F16 [2, 6]";
        BadFileException read = Assert.Throws<BadFileException>(() => opened.Tensor("w").ToArray());
        Assert.Contains(Reason, read.Message, StringComparison.Ordinal);
        BadFileException verified = Assert.Throws<BadFileException>(opened.Verify);
        Assert.Contains("2 faults", verified.Message, StringComparison.Ordinal);
        Assert.Contains(Reason, verified.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lie_about_the_shape_is_found()
    {
        // torch itself would crop the larger item silently.
        _checkpoint.Replace(shape: [4, 5], chunks: [([0, 0], [2, 5]), ([2, 0], [2, 5])]);
        RefusedByVerify("it holds BF16 [2, 6], but the index promises BF16 [2, 5]");
        _checkpoint.Replace(shape: [12, 2], chunks: [([0, 0], [6, 2]), ([6, 0], [6, 2])]);
        RefusedByVerify("it holds BF16 [2, 6], but the index promises BF16 [6, 2]");
        _checkpoint.Replace(shape: [4, 6, 1], chunks: [([0, 0, 0], [2, 6, 1]), ([2, 0, 0], [2, 6, 1])]);
        RefusedByVerify("the index promises BF16 [2, 6, 1]");
        _checkpoint.Replace(shape: [1L << 60], chunks: [([0], [1L << 60])]);
        RefusedByVerify("the index promises BF16 [1152921504606846976]");
    }

    [Fact]
    public void Missing_and_overlapping_chunks_and_those_outside_are_found()
    {
        _checkpoint.Replace(chunks: [([0, 0], [2, 6])]);
        RefusedByOpen("w [4, 6]: no chunk holds the elements [2, 0]+[2, 6]");
        _checkpoint.Replace(chunks: [([0, 0], [2, 6]), ([1, 0], [3, 6])]);
        RefusedByOpen("the chunks [0, 0]+[2, 6] and [1, 0]+[3, 6] both hold the elements [1, 0]+[1, 6]");
        _checkpoint.Replace(chunks: [([0, 0], [2, 6]), ([2, 0], [3, 6])]);
        RefusedByOpen("its chunk [2, 0]+[3, 6] is not inside its shape [4, 6]");
    }

    [Fact]
    public void An_object_in_the_place_of_a_tensor_is_found()
    {
        ItemPlace o = _checkpoint.Index.FindObject("o")!.Value;
        _checkpoint.Replace(upper: _ => o);
        RefusedByVerify("it holds ['text'], no tensor");
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("sub/../../secret")]
    [InlineData("./__0_0.distcp")]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("sub//x")]
    [InlineData("C:secret")]
    [InlineData("..\\secret")]
    [InlineData("__0_0.distcp\0")]
    public void A_path_that_is_not_plain_is_refused(string path)
    {
        File.Copy(_checkpoint[SmallCheckpoint.File0], Path.Combine(_checkpoint.Outside, "secret"));
        _checkpoint.Replace(upper: place => place with { File = path });
        RefusedByOpen($"w: its file '{path}' is not named by a path inside the folder");
    }

    [Fact]
    public void Links_may_not_lead_out_of_the_folder()
    {
        string secret = Path.Combine(_checkpoint.Outside, "secret");
        File.Move(_checkpoint[SmallCheckpoint.File0], secret);
        File.CreateSymbolicLink(_checkpoint[SmallCheckpoint.File0], secret);
        RefusedByOpen("a link leads out of the folder");

        Directory.CreateSymbolicLink(_checkpoint["sub"], _checkpoint.Outside);
        _checkpoint.Replace(upper: place => place with { File = "sub/secret" });
        RefusedByOpen("a link leads out of the folder");

        File.CreateSymbolicLink(_checkpoint["circle"], _checkpoint["circle"]);
        _checkpoint.Replace(upper: place => place with { File = "circle" });
        RefusedByOpen("circle: the link cannot be followed");

        File.Move(secret, _checkpoint["inside"]);
        File.CreateSymbolicLink(_checkpoint["link"], _checkpoint["inside"]);
        _checkpoint.Replace(upper: place => place with { File = "link" });
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(_checkpoint.Path);
        Assert.Equal(_checkpoint.W, opened.Tensor("w").ToArray());
    }

    [Fact]
    public void A_checkpoint_may_itself_be_reached_by_a_link()
    {
        string link = Path.Combine(_checkpoint.Outside, "link");
        Directory.CreateSymbolicLink(link, _checkpoint.Path);
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(link);
        opened.Verify();
    }

    [Fact]
    public void Missing_and_truncated_files_are_told_together()
    {
        File.Delete(_checkpoint[SmallCheckpoint.File1]);
        using (FileStream file = File.OpenWrite(_checkpoint[SmallCheckpoint.File0]))
        {
            file.SetLength(file.Length - 1);
        }

        RefusedByOpen("2 faults");
        RefusedByOpen("__1_0.distcp: the file does not exist");
        RefusedByOpen("s: __0_0.distcp bytes 2838 to 4415 should be in a file of 4414 bytes, which is incomplete");
        File.Delete(_checkpoint[".metadata"]);
        RefusedByOpen(".metadata: the file does not exist");
    }

    [Fact]
    public void Items_that_begin_or_end_elsewhere_than_the_index_says_are_found()
    {
        foreach (int error in (int[])[-64, -1, 1, 64])
        {
            _checkpoint.Replace(upper: place => place with { Offset = place.Offset + error });
            RefusedByVerify("the chunk [0, 0]+[2, 6] of w");
            _checkpoint.Replace(upper: place => place with { Length = place.Length + error });
            RefusedByVerifyOrRead(error);
        }

        _checkpoint.Replace(upper: place => place with { Length = 0 });
        RefusedByVerify("the chunk [0, 0]+[2, 6] of w");
        _checkpoint.Replace(upper: place => place with { Length = long.MaxValue - place.Offset });
        RefusedByOpen("which is incomplete");
        _checkpoint.Replace(upper: place => place with { Offset = long.MaxValue - place.Length });
        RefusedByOpen("which is incomplete");
    }

    [Fact]
    public async Task Nothing_in_a_malicious_pickle_is_run()
    {
        string proof = Path.Combine(_checkpoint.Outside, "proof");
        PickleObject attack = new(
            PickleCall.Reduce,
            new PickleGlobal("posix", "system"),
            new PickleTuple($"touch {proof}")
        );
        File.WriteAllBytes(_checkpoint[".metadata"], PickleWriter.Write(attack));
        RefusedByOpen("should hold a Metadata object, but holds posix.system('touch");

        TorchLayout item = new(TorchLayout.ItemPrefix, attack);
        await TransferEngine.RunAsync(
            [new TorchFileLayout(item) { Name = "evil.distcp" }],
            _checkpoint.Path,
            TransferOptions.Default
        );
        _checkpoint.Replace(upper: _ => new("evil.distcp", 0, item.Length));
        RefusedByVerify("it holds posix.system('touch");
        Assert.False(File.Exists(proof));
    }

    private void RefusedByVerifyOrRead(int error)
    {
        // A few bytes too many at the end are no fault to torch, nor to us; bytes of the item must not be missing.
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(_checkpoint.Path);
        if (error < 0)
        {
            Assert.Throws<BadFileException>(opened.Verify);
        }
        else
        {
            Assert.Equal(_checkpoint.W, opened.Tensor("w").ToArray());
        }
    }

    private void RefusedByOpen(string reason)
    {
        BadFileException e = Assert.Throws<BadFileException>(() => TorchDistCheckpoint.Open(_checkpoint.Path));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private void RefusedByVerify(string reason)
    {
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(_checkpoint.Path);
        BadFileException e = Assert.Throws<BadFileException>(opened.Verify);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
