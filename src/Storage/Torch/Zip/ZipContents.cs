using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>
/// The records of a zip archive that is a whole file or a range of one. Every number is checked before it is used, and
/// a record is where both its headers say. CRCs are not compared: torch writes zeros when told to, and reads any.
/// </summary>
internal sealed class ZipContents
{
    private readonly InputFile _file;
    private readonly Dictionary<string, ZipRecord> _byName;

    private ZipContents(InputFile file, List<ZipRecord> records)
    {
        _file = file;
        Records = records;
        _byName = records.ToDictionary(record => record.Name, StringComparer.Ordinal);
    }

    /// <summary>All records, in the order of the central directory.</summary>
    public IReadOnlyList<ZipRecord> Records { get; }

    /// <summary>Reads the directory of the archive that begins at <paramref name="start"/>.</summary>
    /// <exception cref="BadFileException">It is no archive, or one that breaks a rule.</exception>
    public static ZipContents Open(InputFile file, long start, long length)
    {
        ZipEnd end = ZipEnd.Find(file, start, length);
        return new(file, new ZipDirectory(file, start, end).ReadRecords());
    }

    /// <summary>The record of that name, or null.</summary>
    public ZipRecord? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The data of a record, in memory.</summary>
    /// <exception cref="BadFileException">It has more than <paramref name="limit"/> bytes, or cannot be decompressed.</exception>
    public byte[] Read(ZipRecord record, int limit)
    {
        if (record.Length > limit)
        {
            Fail(record, $"has {record.Length} bytes, but at most {limit} are read");
        }

        if (!record.IsDeflated)
        {
            return _file.Read(record.Position, (int)record.Length);
        }

        // A compressed record cannot expand more than 1032 times, so a small one that claims more lies.
        const int LargestRatio = 1032;
        if (record.Length / LargestRatio > record.StoredLength || record.StoredLength / 2 > limit)
        {
            Fail(record, $"claims {record.Length} bytes in {record.StoredLength} compressed ones");
        }

        byte[] compressed = _file.Read(record.Position, (int)record.StoredLength);
        byte[] bytes = new byte[record.Length];
        try
        {
            using DeflateStream stream = new(new MemoryStream(compressed), CompressionMode.Decompress);
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0)
            {
                Fail(record, $"expands to more than the {bytes.Length} bytes that it claims");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Fail(record, $"cannot be decompressed to {bytes.Length} bytes");
        }

        return bytes;
    }

    [DoesNotReturn]
    private void Fail(ZipRecord record, string fault) =>
        throw new BadFileException(_file.Path, $"the record '{record.Name}' {fault}.");
}
