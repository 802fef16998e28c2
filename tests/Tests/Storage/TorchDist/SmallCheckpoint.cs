using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.TorchDist;

/// <summary>
/// A checkpoint of two data files, to be damaged: the tensor <c>w</c>, BF16 [4, 6], in the chunks [0, 0] and [2, 0], the
/// scalar <c>s</c>, F32, and the object <c>o</c>.
/// </summary>
internal sealed class SmallCheckpoint : IDisposable
{
    public const string File0 = "__0_0.distcp";
    public const string File1 = "__1_0.distcp";

    private readonly TemporaryFolder _folder = new();

    private SmallCheckpoint() { }

    /// <summary>Where it is; beside it there is room for what must not be touched.</summary>
    public string Path => _folder["checkpoint"];

    /// <summary>The folder around it.</summary>
    public string Outside => _folder.Path;

    /// <summary>The elements of <c>w</c>.</summary>
    public byte[] W { get; } = [.. Enumerable.Range(0, 48).Select(i => (byte)i)];

    /// <summary>Item length and offset of everything, as the index should tell them.</summary>
    public TorchDistIndex Index { get; private set; } = null!;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public static async Task<SmallCheckpoint> WriteAsync()
    {
        SmallCheckpoint checkpoint = new();
        MemoryView w = new(DType.BF16, [4, 6], checkpoint.W);
        Box upper = new([0, 0], [2, 6]);
        Box lower = new([2, 0], [2, 6]);
        TorchDistPlan plan = TorchDistPlan.Create(
            [
                [
                    new ObjectItem("o", new PickleList("text")),
                    new TensorChunk("w", w.Shape, upper, w.Slice(upper), isStacked: false),
                    new TensorChunk("s", [], new([], []), new MemoryView(DType.F32, [], new byte[4]), isStacked: false),
                ],
                [new TensorChunk("w", w.Shape, lower, w.Slice(lower), isStacked: false)],
            ],
            "here"
        );
        await TransferEngine.RunAsync(
            [.. plan.DataFiles, plan.Index, plan.Marker],
            checkpoint.Path,
            TransferOptions.Default
        );
        using TorchDistCheckpoint opened = TorchDistCheckpoint.Open(checkpoint.Path);
        checkpoint.Index = opened.Index;
        return checkpoint;
    }

    /// <summary>Gives it another index.</summary>
    public void Replace(FakeMetadata metadata) => File.WriteAllBytes(this[".metadata"], metadata.Write());

    /// <summary>An index with the true places, but for what is given.</summary>
    public void Replace(
        DType dtype = DType.BF16,
        long[]? shape = null,
        (long[] Offsets, long[] Sizes)[]? chunks = null,
        Func<ItemPlace, ItemPlace>? upper = null
    )
    {
        IReadOnlyList<StoredChunk> stored = Index.FindTensor("w")!.Chunks;
        FakeMetadata metadata = new();
        chunks ??= [([0, 0], [2, 6]), ([2, 0], [2, 6])];
        metadata.AddTensor("w", dtype, shape ?? [4, 6], chunks);
        for (int i = 0; i < chunks.Length; i++)
        {
            ItemPlace place = stored[i].Place;
            place = i == 0 && upper is not null ? upper(place) : place;
            metadata.AddStorage("w", chunks[i].Offsets, place.File, place.Offset, place.Length);
        }

        Replace(metadata);
    }

    public void Dispose() => _folder.Dispose();
}
