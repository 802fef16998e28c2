using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Files;

public sealed class TransferEngineTests : IDisposable
{
    // The smallest buffer allowed, so that tensors are divided.
    private static readonly TransferOptions Options = new() { Workers = 3, BufferBytes = 64 << 10 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Every_byte_arrives_and_every_crc_is_right(int workers)
    {
        List<TestLayout> layouts = [.. Enumerable.Range(0, 5).Select(seed => new TestLayout($"part/{seed}.bin", seed))];
        List<TransferProgress> reports = [];
        TransferResult result = await TransferEngine.RunAsync(
            layouts,
            _folder.Path,
            Options with
            {
                Workers = workers,
            },
            new Reporter(reports)
        );

        long total = layouts.Sum(layout => layout.Placements.Sum(placement => placement.View.ByteCount));
        Assert.Equal(total, result.Bytes);
        Assert.Equal(new TransferProgress(total, total), reports[^1]);
        Assert.Equal(reports.Select(r => r.DoneBytes).Order(), reports.Select(r => r.DoneBytes));
        foreach (TestLayout layout in layouts)
        {
            Assert.Equal(layout.Expected(), File.ReadAllBytes(_folder[layout.Name]));
        }
    }

    [Fact]
    public void Pieces_divide_large_tensors_and_gather_small_ones()
    {
        TestLayout layout = new("x", 1);
        List<Piece> pieces = Piece.Cut(layout, 64 << 10);
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, 64 << 10));
        Assert.All(pieces.SelectMany(piece => piece.Segments), segment => Assert.Equal(0, segment.Offset % 64));
        Assert.Contains(pieces, piece => piece.Segments.Count > 20);
        Assert.Equal(
            layout.Placements.Sum(placement => placement.View.ByteCount),
            pieces.SelectMany(piece => piece.Segments).Sum(segment => (long)segment.Length)
        );
    }

    [Fact]
    public async Task Overlapping_tensors_are_a_programming_fault()
    {
        MemoryView ten = new(DType.U8, [10], new byte[10]);
        await Assert.ThrowsAsync<ArgumentException>(() => Run(new FixedLayout(30, new(ten, 0), new(ten, 9))));
        await Assert.ThrowsAsync<ArgumentException>(() => Run(new FixedLayout(15, new(ten, 0), new(ten, 10))));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_source_that_ends_early_fails_with_its_name_and_leaves_nothing()
    {
        string path = _folder["source"];
        File.WriteAllBytes(path, new byte[300_000]);
        using InputFile source = InputFile.Open(path);
        FileView view = new(DType.U8, [300_000], source, 0);
        File.WriteAllBytes(path, new byte[200_000]);

        Task run = TransferEngine.RunAsync(
            [new TestLayout("a", 1), new FixedLayout(300_000, new Placement(view, 0))],
            _folder.Path,
            Options
        );
        BadFileException e = await Assert.ThrowsAsync<BadFileException>(() => run);
        Assert.Equal(path, e.Path);
        Assert.Equal(["source"], _folder.Entries);
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        using CancellationTokenSource cancellation = new();
        Task run = TransferEngine.RunAsync(
            [new TestLayout("a", 1), new TestLayout("b", 2)],
            _folder.Path,
            Options,
            new Canceller(cancellation),
            cancellation.Token
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_told_with_the_numbers()
    {
        long tooMuch = DiskSpace.FreeBytes(_folder.Path) + (1L << 40);
        BadFileException e = await Assert.ThrowsAsync<BadFileException>(() => Run(new FixedLayout(tooMuch)));
        Assert.Contains($"takes {tooMuch} bytes", e.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task An_existing_file_is_not_touched()
    {
        File.WriteAllText(_folder["fixed"], "mine");
        await Assert.ThrowsAsync<BadFileException>(() => Run(new FixedLayout(10)));
        Assert.Equal("mine", File.ReadAllText(_folder["fixed"]));
    }

    [Theory]
    [InlineData(4, 8 << 20, 128 << 20, 4, 8 << 20)]
    [InlineData(4, 8 << 20, 16 << 20, 4, 4 << 20)]
    [InlineData(4, 8 << 20, 128 << 10, 2, 64 << 10)]
    [InlineData(3, 100_000, 1 << 20, 3, 64 << 10)]
    public void Buffers_keep_the_memory_limit(
        int workers,
        int buffer,
        long limit,
        int expectedWorkers,
        int expectedBuffer
    )
    {
        TransferOptions options = new()
        {
            Workers = workers,
            BufferBytes = buffer,
            MaxMemoryBytes = limit,
        };
        Assert.Equal((expectedWorkers, expectedBuffer), options.WithinLimit());
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Workers = 0 });
    }

    private Task<TransferResult> Run(FileLayout layout) => TransferEngine.RunAsync([layout], _folder.Path, Options);

    private sealed class Reporter(List<TransferProgress> reports) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource cancellation) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => cancellation.Cancel();
    }

    private class FixedLayout : FileLayout
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public FixedLayout(long length, params IReadOnlyList<Placement> placements)
        {
            Name = "fixed";
            Length = length;
            Placements = placements;
        }

        public override long Length { get; }

        public override IReadOnlyList<Placement> Placements { get; }

        public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) { }
    }

    /// <summary>Tensors of many sizes, shuffled, with gaps of many sizes, and their CRCs in front.</summary>
    private sealed class TestLayout : FixedLayout
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public TestLayout(string name, int seed)
            : base(0)
        {
            Name = name;
            Random random = new(seed);
            List<Placement> placements = [];
            long position = 4 * SizesOf(seed).Count;
            foreach (int size in SizesOf(seed))
            {
                byte[] bytes = new byte[size * 4];
                random.NextBytes(bytes);
                position += random.Next(4) == 0 ? random.Next(40_000) : random.Next(200);
                placements.Add(new(new MemoryView(DType.F32, [size], bytes), position));
                position += bytes.Length;
            }

            Length = position + random.Next(100);
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(placements));
            Placements = placements;
        }

        public override long Length { get; }

        public override IReadOnlyList<Placement> Placements { get; }

        public override bool NeedsCrc => true;

        public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) =>
            file.Write(0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(crcs));

        public byte[] Expected()
        {
            byte[] file = new byte[Length];
            for (int i = 0; i < Placements.Count; i++)
            {
                byte[] bytes = Placements[i].View.ToArray();
                bytes.CopyTo(file, Placements[i].Position);
                BitConverter.TryWriteBytes(file.AsSpan(4 * i), Crc32.Append(0, bytes));
            }

            return file;
        }

        private static List<int> SizesOf(int seed) =>
            seed == 0 ? [] : [0, 1, 100_000, .. Enumerable.Range(0, 300), 16_384, 0, 70_001, 5];
    }
}
