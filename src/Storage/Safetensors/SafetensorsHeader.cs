using System.Buffers;
using System.Buffers.Binary;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>The header of a safetensors file: 8 bytes that tell its size, then JSON; behind it the data.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Key of the texts that belong to no tensor.</summary>
    public const string MetadataName = "__metadata__";

    /// <summary>Bytes in front of the JSON.</summary>
    public const int LengthBytes = 8;

    /// <summary>Limit of the JSON in bytes, the same as in the reference implementation.</summary>
    public const long MaxJsonBytes = 100_000_000;

    private SafetensorsHeader(
        List<SafetensorsEntry> entries,
        OrderedDictionary<string, string>? metadata,
        long dataBegin
    )
    {
        Entries = entries;
        Metadata = metadata;
        DataBegin = dataBegin;
    }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The metadata, or null when there is none.</summary>
    public OrderedDictionary<string, string>? Metadata { get; }

    /// <summary>Byte of the file where the data begin.</summary>
    public long DataBegin { get; }

    /// <summary>Reads the header and checks that the tensors cover the data exactly.</summary>
    /// <exception cref="BadFileException">A rule of the format is broken.</exception>
    public static SafetensorsHeader Read(InputFile file)
    {
        if (file.Length < LengthBytes)
        {
            throw new BadFileException(
                file.Path,
                $"a safetensors file begins with {LengthBytes} bytes that tell the size of its header, but this one has "
                    + $"only {file.Length} bytes."
            );
        }

        ulong jsonBytes = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, LengthBytes));
        if (jsonBytes > (ulong)MaxJsonBytes)
        {
            throw new BadFileException(
                file.Path,
                $"the header should have {jsonBytes} bytes, but at most {MaxJsonBytes} are allowed. This is no "
                    + "safetensors file."
            );
        }

        long dataBegin = LengthBytes + (long)jsonBytes;
        if (dataBegin > file.Length)
        {
            throw new BadFileException(
                file.Path,
                $"the header should end at byte {dataBegin}, but the file has {file.Length}. The file is incomplete; "
                    + "fetch it again."
            );
        }

        // A buffer of its own for each of many files would be garbage of the expensive kind.
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)jsonBytes);
        try
        {
            Span<byte> json = rented.AsSpan(0, (int)jsonBytes);
            file.Read(LengthBytes, json);
            (List<SafetensorsEntry> entries, OrderedDictionary<string, string>? metadata) = HeaderParser.Parse(
                file.Path,
                json
            );
            CheckCoverage(file, entries, dataBegin);
            return new(entries, metadata, dataBegin);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void CheckCoverage(InputFile file, List<SafetensorsEntry> entries, long dataBegin)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
            {
                string rule = entry.Begin > end ? "leaves a gap behind" : "overlaps";
                throw new BadFileException(
                    file.Path,
                    $"tensor '{entry.Name}' begins at byte {entry.Begin} of the data and {rule} what ends at {end}. "
                        + "Tensors must follow each other from byte 0 on without gap or overlap."
                );
            }

            end = entry.End;
        }

        long dataBytes = file.Length - dataBegin;
        if (end != dataBytes)
        {
            throw new BadFileException(
                file.Path,
                $"the tensors end at byte {end} of the data, but the file has {dataBytes} bytes of data. "
                    + (
                        end > dataBytes
                            ? "The file is incomplete; fetch it again."
                            : "No bytes may follow the last tensor."
                    )
            );
        }
    }
}
