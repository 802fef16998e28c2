using System.Buffers.Binary;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>
/// An archive as torch lays it out, known to the byte before any data are: where each record goes, and, once the CRCs
/// are there, all that stands between and behind them. Positions count from the start of the archive.
/// </summary>
internal sealed class ZipLayout
{
    private const ushort WideVersionMadeBy = 0x031e;
    private const ushort WideVersionNeeded = 45;

    private readonly List<ZipEntry> _entries = [];

    /// <summary>The records so far.</summary>
    public IReadOnlyList<ZipEntry> Entries => _entries;

    /// <summary>Size of the archive in bytes.</summary>
    public long Length =>
        DirectoryOffset + DirectoryLength + ZipFormat.WideEndLength + ZipFormat.WideLocatorLength + ZipFormat.EndLength;

    private long DirectoryOffset => _entries.Count == 0 ? 0 : _entries[^1].End;

    private long DirectoryLength { get; set; }

    /// <summary>Adds a record of <paramref name="length"/> bytes behind the others.</summary>
    public ZipEntry Add(string name, long length)
    {
        ZipEntry entry = new(name, length, DirectoryOffset);
        _entries.Add(entry);
        DirectoryLength += entry.CentralLength;
        return entry;
    }

    /// <summary>
    /// All but the records without content here, in the order of the file, neighbours joined.
    /// <paramref name="records"/> has the CRC-32 of every record, and the contents of those that are in memory.
    /// </summary>
    public IReadOnlyList<(long Position, byte[] Bytes)> Frame(IReadOnlyList<(uint Crc, byte[]? Content)> records)
    {
        List<(long Position, byte[] Bytes)> runs = [];
        List<byte> run = [];
        long start = 0;
        for (int i = 0; i < _entries.Count; i++)
        {
            ZipEntry entry = _entries[i];
            (uint crc, byte[]? content) = records[i];
            run.AddRange(entry.MakeLocal());
            if (content is not null)
            {
                run.AddRange(content);
            }
            else if (entry.Length > 0)
            {
                runs.Add((start, [.. run]));
                run.Clear();
                start = entry.Data + entry.Length;
            }

            run.AddRange(entry.MakeDescriptor(crc));
        }

        run.AddRange(MakeDirectory(records));
        runs.Add((start, [.. run]));
        return runs;
    }

    private byte[] MakeDirectory(IReadOnlyList<(uint Crc, byte[]? Content)> records)
    {
        byte[] bytes = new byte[Length - DirectoryOffset];
        Span<byte> rest = bytes;
        for (int i = 0; i < _entries.Count; i++)
        {
            _entries[i].WriteCentral(rest, records[i].Crc);
            rest = rest[_entries[i].CentralLength..];
        }

        Span<byte> wide = rest;
        BinaryPrimitives.WriteUInt32LittleEndian(wide, ZipFormat.WideEndSignature);
        BinaryPrimitives.WriteInt64LittleEndian(wide[4..], ZipFormat.WideEndLength - 12); // what follows
        BinaryPrimitives.WriteUInt16LittleEndian(wide[12..], WideVersionMadeBy);
        BinaryPrimitives.WriteUInt16LittleEndian(wide[14..], WideVersionNeeded);
        BinaryPrimitives.WriteInt64LittleEndian(wide[24..], _entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(wide[32..], _entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(wide[40..], DirectoryLength);
        BinaryPrimitives.WriteInt64LittleEndian(wide[48..], DirectoryOffset);

        Span<byte> locator = wide[ZipFormat.WideEndLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, ZipFormat.WideLocatorSignature);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], DirectoryOffset + DirectoryLength);
        BinaryPrimitives.WriteUInt32LittleEndian(locator[16..], 1);

        Span<byte> end = locator[ZipFormat.WideLocatorLength..];
        ushort count = (ushort)Math.Min(_entries.Count, ZipFormat.WideCount);
        BinaryPrimitives.WriteUInt32LittleEndian(end, ZipFormat.EndSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)Math.Min(DirectoryLength, ZipFormat.Wide));
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], (uint)Math.Min(DirectoryOffset, ZipFormat.Wide));
        return bytes;
    }
}
