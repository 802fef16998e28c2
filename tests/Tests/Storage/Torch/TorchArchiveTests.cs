using System.IO.Compression;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch;

/// <summary>What torch.load accepts and refuses of archives that other tools made.</summary>
public sealed class TorchArchiveTests
{
    private static readonly byte[] Numbers = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];

    // An int64 tensor [3] in storage '0'.
    private static readonly byte[] Pickle = TensorPickle("LongStorage", "0", 3);

    [Fact]
    public void The_least_that_torch_needs_is_enough()
    {
        TensorView view = Load(("a/data.pkl", Pickle), ("a/version", "3"u8.ToArray()), ("a/data/0", Numbers));
        Assert.Equal("I64 [3]", $"{view}");
        Assert.Equal(Numbers, view.ToArray());
    }

    [Fact]
    public void Big_endian_elements_are_turned_around()
    {
        TensorView view = Load(Good(("a/byteorder", "big"u8.ToArray())));
        Assert.Equal(Numbers.Chunk(8).SelectMany(number => number.Reverse()), view.ToArray());
        byte[] second = new byte[8];
        view.Read(8, second);
        Assert.Equal(Numbers[8..16].Reverse(), second);
    }

    [Theory]
    [InlineData("a/.data/version", "10")]
    [InlineData("a/version", " 1\n")]
    public void Versions_up_to_the_tenth_are_read(string name, string version) =>
        Load(("a/data.pkl", Pickle), (name, Text(version)), ("a/data/0", Numbers));

    [Fact]
    public void The_name_of_a_storage_may_be_any_text() =>
        Load(
            ("a/data.pkl", TensorPickle("LongStorage", "abc", 3)),
            ("a/version", "3"u8.ToArray()),
            ("a/data/abc", Numbers)
        );

    [Fact]
    public void A_compressed_pickle_is_read_but_not_compressed_tensors()
    {
        (string, byte[])[] records = Good();
        byte[] pickleOnly = Zip(records, name => name.EndsWith("pkl", StringComparison.Ordinal));
        Assert.Equal(Numbers, Load(pickleOnly).ToArray());
        Assert.Contains("compressed record 'a/data/0'", Refuse(Zip(records, _ => true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_archives_are_refused_with_the_reason()
    {
        AssertRefused("no record 'a/version'", ("a/data.pkl", Pickle), ("a/data/0", Numbers));
        AssertRefused("no record 'a/data.pkl'", ("a/version", Text("3")), ("a/data/0", Numbers));
        AssertRefused("no record 'a/data/0'", ("a/data.pkl", Pickle), ("a/version", Text("3")));
        AssertRefused("version '11'", ("a/data.pkl", Pickle), ("a/version", Text("11")), ("a/data/0", Numbers));
        AssertRefused("not in a folder", ("data.pkl", Pickle), ("version", Text("3")), ("data/0", Numbers));
        AssertRefused("byte order 'middle'", Good(("a/byteorder", Text("middle"))));
        AssertRefused("TorchScript", Good(("a/constants.pkl", Pickle)));
        AssertRefused("but that has 23", ("a/data.pkl", Pickle), ("a/version", Text("3")), ("a/data/0", Numbers[1..]));
        AssertRefused("no storage that torch knows", Good(TensorPickle("StringStorage", "0", 3)));
        AssertRefused("no storage that torch knows", Good(TensorPickle("LongStorage", "0", -1)));
        AssertRefused("no storage that torch knows", Good(TensorPickle("LongStorage", "0", long.MaxValue)));
        AssertRefused("16 more bytes follow", Good([.. Pickle, .. new byte[16]]));
    }

    [Fact]
    public void A_tensor_outside_its_storage_is_refused()
    {
        foreach (
            (long offset, long[] size, long[] stride) in new (long, long[], long[])[]
            {
                (1, [3], [1]),
                (0, [4], [1]),
                (0, [2], [3]),
                (-1, [1], [1]),
                (0, [2, 2], [2, 2]),
                (0, [2], [long.MaxValue]),
                (long.MaxValue, [2], [1]),
                (0, [1L << 62, 4], [0, 0]),
                (0, [1L << 40], [0]),
                (0, [3], [1, 1]),
                (0, [-3], [1]),
                (0, [3], [-1]),
            }
        )
        {
            byte[] pickle = TensorPickle("LongStorage", "0", 3, offset, size, stride);
            Assert.NotEmpty(Refuse(Zip(Good(pickle), _ => false)));
        }
    }

    [Fact]
    public void Elements_in_any_steps_are_picked()
    {
        byte[] pickle = TensorPickle("ShortStorage", "0", 12, 1, [2, 3], [1, 4]);
        TensorView view = Load(Zip(Good(pickle), _ => false));
        Assert.Equal("I16 [2, 3]", $"{view}");
        int[] firstBytes = [2, 10, 18, 4, 12, 20];
        Assert.Equal(firstBytes.SelectMany(first => new[] { (byte)first, (byte)(first + 1) }), view.ToArray());
    }

    private static (string, byte[])[] Good(params (string, byte[])[] more) =>
        [("a/data.pkl", Pickle), ("a/version", Text("3\n")), ("a/data/0", Numbers), .. more];

    private static (string, byte[])[] Good(byte[] pickle) =>
        [("a/data.pkl", pickle), ("a/version", Text("3\n")), ("a/data/0", Numbers)];

    private static byte[] Text(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static byte[] TensorPickle(
        string storage,
        string key,
        long count,
        long offset = 0,
        long[]? size = null,
        long[]? stride = null
    )
    {
        PickleTuple id = new("storage", new PickleGlobal("torch", storage), key, "cpu", count);
        PickleTuple arguments = new(
            new PicklePersistentId(id),
            offset,
            Tuple(size ?? [count]),
            Tuple(stride ?? [1]),
            false,
            PickleValue.None
        );
        PickleGlobal function = new("torch._utils", "_rebuild_tensor_v2");
        return PickleWriter.Write(new PickleObject(PickleCall.Reduce, function, arguments));
    }

    private static PickleTuple Tuple(long[] numbers) => new([.. numbers.Select(number => (PickleValue)number)]);

    private static void AssertRefused(string fault, params (string, byte[])[] records) =>
        Assert.Contains(fault, Refuse(Zip(records, _ => false)), StringComparison.Ordinal);

    private static TensorView Load(params (string, byte[])[] records) => Load(Zip(records, _ => false));

    private static string Refuse(byte[] archive) => Assert.Throws<BadFileException>(() => Load(archive)).Message;

    /// <summary>The tensor in an archive, in memory.</summary>
    private static MemoryView Load(byte[] archive)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, archive);
            using InputFile file = InputFile.Open(path);
            TorchFile saved = TorchFile.Open(file);
            TensorView view = saved.FindTensor(saved.Root)!;
            return new(view.DType, view.Shape, view.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Zip((string Name, byte[] Bytes)[] records, Func<string, bool> isCompressed)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in records)
            {
                CompressionLevel level = isCompressed(name) ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
                using Stream record = zip.CreateEntry(name, level).Open();
                record.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
