using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>Reads the central directory of an archive, and the header before each record's data.</summary>
internal sealed class ZipDirectory(InputFile file, long start, ZipEnd end)
{
    private const int LargestDirectory = 1 << 28;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private byte[] _directory = [];
    private int _at;

    /// <summary>All records, whose data lie inside the archive, before the directory, and do not overlap.</summary>
    public List<ZipRecord> ReadRecords()
    {
        if (end.DirectoryLength > LargestDirectory)
        {
            Fail($"takes {end.DirectoryLength} bytes; at most {LargestDirectory} are read");
        }

        _directory = file.Read(start + end.DirectoryOffset, (int)end.DirectoryLength);
        List<ZipRecord> records = [];
        List<(long Begin, ZipRecord Record)> extents = [];
        HashSet<string> names = [];
        for (long i = 0; i < end.RecordCount; i++)
        {
            (long header, ZipRecord record) = ReadEntry();
            if (!names.Add(record.Name))
            {
                Fail($"has the record '{record.Name}' twice");
            }

            records.Add(record);
            extents.Add((header, record));
        }

        if (_at != _directory.Length)
        {
            Fail($"has {end.RecordCount} records, but {_directory.Length - _at} bytes behind them");
        }

        CheckOverlaps(extents);
        return records;
    }

    private void CheckOverlaps(List<(long Begin, ZipRecord Record)> extents)
    {
        extents.Sort((left, right) => left.Begin.CompareTo(right.Begin));
        for (int i = 1; i < extents.Count; i++)
        {
            ZipRecord previous = extents[i - 1].Record;
            if (start + extents[i].Begin < previous.Position + previous.StoredLength)
            {
                Fail($"has overlapping records '{previous.Name}' and '{extents[i].Record.Name}'");
            }
        }
    }

    private (long Header, ZipRecord Record) ReadEntry()
    {
        ReadOnlySpan<byte> entry = Take(ZipFormat.CentralLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != ZipFormat.CentralSignature)
        {
            Fail($"has no record {_at - ZipFormat.CentralLength} bytes after its begin, as it should");
        }

        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
        ushort method = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]);
        long storedLength = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        ushort disk = BinaryPrimitives.ReadUInt16LittleEndian(entry[34..]);
        ReadOnlySpan<byte> nameBytes = Take(BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]));
        ReadOnlySpan<byte> extra = Take(BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]));
        Take(BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]));

        string name = ReadName(nameBytes);
        ReadOnlySpan<byte> wide = FindWide(name, extra);
        Widen(name, ref wide, ref length);
        Widen(name, ref wide, ref storedLength);
        Widen(name, ref wide, ref header);

        bool isDeflated = method == ZipFormat.Deflated;
        if (method is not (ZipFormat.Stored or ZipFormat.Deflated))
        {
            Fail($"has the record '{name}' compressed by method {method}; only 0 and 8 are known");
        }

        if ((flags & ZipFormat.Encrypted) != 0)
        {
            Fail($"has the encrypted record '{name}'");
        }

        if (disk != 0)
        {
            Fail($"has the record '{name}' on disk {disk}");
        }

        if (!isDeflated && length != storedLength)
        {
            Fail($"gives the record '{name}' {length} bytes, of which {storedLength} are stored");
        }

        long position = ReadLocal(name, nameBytes, method, header);
        if (storedLength < 0 || length < 0 || storedLength > end.DirectoryOffset - position)
        {
            Fail(
                $"gives the record '{name}' {storedLength} bytes from {position} on, which is not before the directory"
            );
        }

        return (header, new(name, start + position, storedLength, length, isDeflated));
    }

    /// <summary>Checks the header before the data and gives where the data begin, from the start of the archive.</summary>
    private long ReadLocal(string name, ReadOnlySpan<byte> nameBytes, ushort method, long header)
    {
        long room = end.DirectoryOffset - header;
        if (header < 0 || room < ZipFormat.LocalLength + nameBytes.Length)
        {
            Fail($"has the record '{name}' at {header}, which is not before the directory");
        }

        ReadOnlySpan<byte> local = file.Read(start + header, ZipFormat.LocalLength + nameBytes.Length);
        if (
            BinaryPrimitives.ReadUInt32LittleEndian(local) != ZipFormat.LocalSignature
            || BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) != nameBytes.Length
            || !local[ZipFormat.LocalLength..].SequenceEqual(nameBytes)
            || BinaryPrimitives.ReadUInt16LittleEndian(local[8..]) != method
            || (BinaryPrimitives.ReadUInt16LittleEndian(local[6..]) & ZipFormat.Encrypted) != 0
        )
        {
            Fail($"has the record '{name}' at {header}, but what stands there is not its header");
        }

        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (extraLength > room - local.Length)
        {
            Fail($"has the record '{name}' at {header}, whose header reaches into the directory");
        }

        return header + local.Length + extraLength;
    }

    private string ReadName(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail($"has a record whose name is not UTF-8, {_at} bytes after its begin");
            return "";
        }
    }

    private ReadOnlySpan<byte> FindWide(string name, ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                Fail($"has the record '{name}' with a broken extra field");
            }

            if (id == ZipFormat.WideExtra)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    /// <summary>Replaces a number that has no room in 32 bits by the next one of the zip64 field.</summary>
    private void Widen(string name, ref ReadOnlySpan<byte> wide, ref long number)
    {
        if (number != ZipFormat.Wide)
        {
            return;
        }

        if (wide.Length < sizeof(long))
        {
            Fail($"has the record '{name}' without the zip64 numbers that it needs");
        }

        number = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[sizeof(long)..];
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _directory.Length - _at)
        {
            Fail($"ends in the middle of a record, {_at} bytes after its begin");
        }

        _at += count;
        return _directory.AsSpan(_at - count, count);
    }

    [DoesNotReturn]
    private void Fail(string fault) =>
        throw new BadFileException(
            file.Path,
            $"the directory of the zip archive, at byte {start + end.DirectoryOffset}, {fault}. The file is damaged."
        );
}
