using System.Buffers.Binary;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>What the end of an archive says of its directory.</summary>
/// <param name="DirectoryOffset">First byte of the directory, counted from the start of the archive.</param>
/// <param name="DirectoryLength">Its size in bytes.</param>
/// <param name="RecordCount">Number of its entries.</param>
internal readonly record struct ZipEnd(long DirectoryOffset, long DirectoryLength, long RecordCount)
{
    // What may follow the end record: a comment of 16 bits of length, or junk of the same size, which torch accepts.
    private const int LargestTail = ushort.MaxValue;

    // Enough for the ends of most archives, which have no junk.
    private const int UsualTail = ZipFormat.WideEndLength + ZipFormat.WideLocatorLength + ZipFormat.EndLength;

    /// <summary>Finds the end of the archive that takes <paramref name="length"/> bytes from <paramref name="start"/> on.</summary>
    public static ZipEnd Find(InputFile file, long start, long length)
    {
        if (start < 0 || length < 0 || start > file.Length || length > file.Length - start)
        {
            throw new BadFileException(
                file.Path,
                $"an archive of {length} bytes should begin at byte {start}, but the file has {file.Length}. "
                    + "The file is incomplete; fetch it again."
            );
        }

        return Find(file, start, length, UsualTail)
            ?? Find(file, start, length, LargestTail + ZipFormat.EndLength)
            ?? throw new BadFileException(
                file.Path,
                $"no end of a zip archive was found in the {length} bytes from {start} on. "
                    + "The file is incomplete, or no torch archive."
            );
    }

    private static ZipEnd? Find(InputFile file, long start, long length, int tailLength)
    {
        byte[] tail = file.Read(start + Math.Max(0, length - tailLength), (int)Math.Min(length, tailLength));
        for (int i = tail.Length - ZipFormat.EndLength; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == ZipFormat.EndSignature)
            {
                return Parse(file, start, length - tail.Length + i);
            }
        }

        return null;
    }

    /// <summary>Parses the end record that stands <paramref name="at"/> bytes after the start.</summary>
    private static ZipEnd Parse(InputFile file, long start, long at)
    {
        ReadOnlySpan<byte> end = file.Read(start + at, ZipFormat.EndLength);
        ZipEnd narrow = new(
            BinaryPrimitives.ReadUInt32LittleEndian(end[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(end[10..])
        );
        ushort onThisDisk = BinaryPrimitives.ReadUInt16LittleEndian(end[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) != 0 || onThisDisk != narrow.RecordCount)
        {
            throw Fault(file, start + at, "speaks of several disks");
        }

        long limit = at;
        ZipEnd result = narrow;
        if (FindWide(file, start, at) is { } wideAt)
        {
            result = ParseWide(file, start, wideAt);
            limit = wideAt;
            bool agree =
                Agrees(narrow.DirectoryOffset, result.DirectoryOffset, ZipFormat.Wide)
                && Agrees(narrow.DirectoryLength, result.DirectoryLength, ZipFormat.Wide)
                && Agrees(narrow.RecordCount, result.RecordCount, ZipFormat.WideCount);
            if (!agree)
            {
                throw Fault(file, start + at, $"tells {narrow}, but the zip64 one {result}");
            }
        }

        bool isInside =
            result.DirectoryOffset >= 0
            && result.DirectoryLength >= 0
            && result.DirectoryOffset <= limit
            && result.DirectoryLength <= limit - result.DirectoryOffset;
        bool hasRoom =
            result.RecordCount >= 0 && result.RecordCount <= result.DirectoryLength / ZipFormat.CentralLength;
        return isInside && hasRoom
            ? result
            : throw Fault(
                file,
                start + at,
                $"tells of {result.RecordCount} records in {result.DirectoryLength} bytes from {result.DirectoryOffset} on, "
                    + $"but only {limit} bytes stand before it"
            );
    }

    private static bool Agrees(long narrow, long wide, long stand) => narrow == wide || narrow == stand;

    /// <summary>Where the zip64 end record should be, or null when there is no locator for one.</summary>
    private static long? FindWide(InputFile file, long start, long at)
    {
        if (at < ZipFormat.WideLocatorLength)
        {
            return null;
        }

        ReadOnlySpan<byte> locator = file.Read(start + at - ZipFormat.WideLocatorLength, ZipFormat.WideLocatorLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != ZipFormat.WideLocatorSignature)
        {
            return null;
        }

        long wideAt = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        return wideAt >= 0 && wideAt <= at - ZipFormat.WideLocatorLength - ZipFormat.WideEndLength
            ? wideAt
            : throw Fault(file, start + at, $"has its zip64 part at {wideAt}, where it has no room");
    }

    private static ZipEnd ParseWide(InputFile file, long start, long wideAt)
    {
        ReadOnlySpan<byte> wide = file.Read(start + wideAt, ZipFormat.WideEndLength);
        bool isSingleDisk = BinaryPrimitives.ReadUInt64LittleEndian(wide[16..]) == 0;
        long onThisDisk = BinaryPrimitives.ReadInt64LittleEndian(wide[24..]);
        ZipEnd result = new(
            BinaryPrimitives.ReadInt64LittleEndian(wide[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(wide[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(wide[32..])
        );
        bool isSound =
            BinaryPrimitives.ReadUInt32LittleEndian(wide) == ZipFormat.WideEndSignature
            && isSingleDisk
            && onThisDisk == result.RecordCount;
        return isSound ? result : throw Fault(file, start + wideAt, "is no zip64 one, as it should be");
    }

    private static BadFileException Fault(InputFile file, long position, string fault) =>
        new(file.Path, $"the end record at byte {position} {fault}. The file is damaged.");
}
