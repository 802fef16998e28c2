using System.Buffers.Binary;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch.Zip;

namespace MegatronBridge.Tests.Storage.Torch.Zip;

public sealed class ZipContentsTests
{
    private const string First = "a/x";
    private const string Second = "a/y";

    private static readonly byte[] Archive = Make();
    private static readonly int End = Archive.Length - ZipFormat.EndLength;
    private static readonly int Locator = End - ZipFormat.WideLocatorLength;
    private static readonly int WideEnd = Locator - ZipFormat.WideEndLength;
    private static readonly int SecondEntry = WideEnd - ZipFormat.CentralLength - Second.Length;
    private static readonly int FirstEntry = SecondEntry - ZipFormat.CentralLength - First.Length;

    /// <summary>What is changed, the 32-bit number that is put there, and what is said of it.</summary>
    public static TheoryData<int, uint, string> Damages =>
        new()
        {
            { End + 4, 1, "speaks of several disks" },
            { End + 8, 0x00020003, "speaks of several disks" },
            { End + 8, 0x00030003, "but the zip64 one" },
            { End + 12, 1, "but the zip64 one" },
            { End + 16, 1, "but the zip64 one" },
            { Locator + 8, (uint)End, "where it has no room" },
            { Locator + 12, 0x80000000, "where it has no room" },
            { WideEnd, 0, "is no zip64 one" },
            { WideEnd + 16, 1, "is no zip64 one" },
            { WideEnd + 24, 3, "is no zip64 one" },
            { FirstEntry, 0, "has no record 0 bytes after its begin" },
            { SecondEntry, 0, "has no record 49 bytes after its begin" },
            { FirstEntry + 8, 0x00000001, "encrypted record 'a/x'" },
            { FirstEntry + 8, 0x00030000, "compressed by method 3" },
            { FirstEntry + 8, 0x00080000, "what stands there is not its header" },
            { FirstEntry + 20, 4, "5 bytes, of which 4 are stored" },
            { FirstEntry + 20, uint.MaxValue, "without the zip64 numbers" },
            { FirstEntry + 28, 0x0000ffff, "in the middle of a record" },
            { FirstEntry + 30, 0x0000ffff, "in the middle of a record" },
            { FirstEntry + 34, 1, "on disk 1" },
            { FirstEntry + 42, 1, "what stands there is not its header" },
            { FirstEntry + 42, (uint)FirstEntry, "which is not before the directory" },
            { SecondEntry + 42, 0, "what stands there is not its header" },
            { SecondEntry + ZipFormat.CentralLength - 3, 0xff000000, "record" },
            { SecondEntry + ZipFormat.CentralLength, 0x50ff_2f61, "is not UTF-8" },
            { 0, 0, "what stands there is not its header" },
            { 6, 1, "what stands there is not its header" },
            { 26, 0x00000004, "what stands there is not its header" },
            { 28, 0x2f61ffff, "whose header reaches into the directory" },
            { ZipFormat.LocalLength, 0x46_79_2f_61, "what stands there is not its header" },
        };

    [Fact]
    public void An_archive_is_found_in_any_range()
    {
        byte[] file = [.. new byte[77], .. Archive, .. new byte[1000]];
        Assert.Equal("a/x a/y", Names(file, 77, Archive.Length));
        Assert.Contains("should begin at byte 77", Refuse(file, 77, file.Length), StringComparison.Ordinal);
        Assert.Contains("no end of a zip archive", Refuse(file, 0, 77), StringComparison.Ordinal);
    }

    [Fact]
    public void As_much_junk_may_follow_as_torch_accepts()
    {
        Assert.Equal("a/x a/y", Names([.. Archive, .. new byte[65535]], 0, Archive.Length + 65535));
        Assert.Contains(
            "no end of a zip archive",
            Refuse([.. Archive, .. new byte[65536]], 0, Archive.Length + 65536),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_refused_with_what_is_wrong(int position, uint number, string fault)
    {
        byte[] bad = [.. Archive];
        BinaryPrimitives.WriteUInt32LittleEndian(bad.AsSpan(position), number);
        Assert.Contains(fault, Refuse(bad, 0, bad.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused()
    {
        byte[] bad = Make(second: First);
        Assert.Contains("the record 'a/x' twice", Refuse(bad, 0, bad.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_share_bytes_are_refused()
    {
        byte[] bad = [.. Archive];
        BinaryPrimitives.WriteUInt32LittleEndian(bad.AsSpan(FirstEntry + 20), 40);
        BinaryPrimitives.WriteUInt32LittleEndian(bad.AsSpan(FirstEntry + 24), 40);
        Assert.Contains("overlapping records 'a/x' and 'a/y'", Refuse(bad, 0, bad.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_record_that_lies_about_its_size_is_refused()
    {
        // A valid empty deflate stream, said to have 1 GB, or 4 bytes.
        foreach (
            (uint length, string fault) in new[] { (1u << 30, "claims"), (4u, "cannot be decompressed to 4 bytes") }
        )
        {
            byte[] bad = Make([0x03, 0x00, 0, 0, 0]);
            bad[FirstEntry + 10] = bad[8] = (byte)ZipFormat.Deflated;
            BinaryPrimitives.WriteUInt32LittleEndian(bad.AsSpan(FirstEntry + 24), length);
            string message = Run(
                bad,
                0,
                bad.Length,
                zip => Assert.Throws<BadFileException>(() => zip.Read(zip.Records[0], int.MaxValue)).Message
            );
            Assert.Contains(fault, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_record_larger_than_wanted_is_not_read()
    {
        string message = Run(
            Archive,
            0,
            Archive.Length,
            zip => Assert.Throws<BadFileException>(() => zip.Read(zip.Records[0], 4)).Message
        );
        Assert.Contains("has 5 bytes, but at most 4 are read", message, StringComparison.Ordinal);
    }

    private static byte[] Make(byte[]? content = null, string second = Second)
    {
        ZipLayout layout = new();
        layout.Add(First, 5);
        layout.Add(second, 0);
        return Assert.Single(layout.Frame([(0, content ?? "hello"u8.ToArray()), (0, [])])).Bytes;
    }

    private static string Names(byte[] file, long start, long length) =>
        Run(file, start, length, zip => string.Join(' ', zip.Records.Select(record => record.Name)));

    private static string Refuse(byte[] file, long start, long length) =>
        Assert.Throws<BadFileException>(() => Names(file, start, length)).Message;

    private static string Run(byte[] bytes, long start, long length, Func<ZipContents, string> action)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            using InputFile file = InputFile.Open(path);
            return action(ZipContents.Open(file, start, length));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
