using System.Buffers.Binary;
using System.Text;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>A record that is to be written: where in the archive it goes and what stands around its data.</summary>
internal sealed class ZipEntry
{
    // torch pads every header so that the data begin at a multiple of this.
    private const int Alignment = 64;
    private const int ExtraHeaderLength = 4;
    private const ushort PaddingExtra = 'F' | ('B' << 8);
    private const byte Padding = (byte)'Z';

    private readonly byte[] _name;
    private readonly int _wideLength; // of the zip64 field, if it needs one

    /// <summary>Plans a record whose header is at <paramref name="header"/>, from the start of the archive.</summary>
    public ZipEntry(string name, long length, long header)
    {
        _name = Encoding.UTF8.GetBytes(name);
        Length = length;
        Header = header;
        _wideLength = MakeWide(0).Length;
        long unpadded = header + ZipFormat.LocalLength + _name.Length + _wideLength + ExtraHeaderLength;
        Data = (unpadded + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>First byte of the header before the data, from the start of the archive.</summary>
    public long Header { get; }

    /// <summary>First byte of the data.</summary>
    public long Data { get; }

    /// <summary>Size of the data in bytes.</summary>
    public long Length { get; }

    /// <summary>First byte behind the record.</summary>
    public long End => Data + Length + DescriptorLength;

    /// <summary>Size of its entry in the directory.</summary>
    public int CentralLength => ZipFormat.CentralLength + _name.Length + _wideLength;

    private bool IsLong => Length >= ZipFormat.Wide;

    private bool IsFar => Header >= ZipFormat.Wide;

    // An empty record has no descriptor, and says so.
    private ushort Flags => Length == 0 ? ZipFormat.Utf8 : (ushort)(ZipFormat.Utf8 | ZipFormat.HasDescriptor);

    private int DescriptorLength => Length == 0 ? 0 : 8 + (2 * (_wideLength > 0 ? sizeof(ulong) : sizeof(uint)));

    /// <summary>The bytes from <see cref="Header"/> to <see cref="Data"/>. The CRC and the sizes follow the data.</summary>
    public byte[] MakeLocal()
    {
        byte[] bytes = new byte[Data - Header];
        Span<byte> local = bytes;
        BinaryPrimitives.WriteUInt32LittleEndian(local, ZipFormat.LocalSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(local[6..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(local[26..], (ushort)_name.Length);
        int extraLength = bytes.Length - ZipFormat.LocalLength - _name.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(local[28..], (ushort)extraLength);
        _name.CopyTo(local[ZipFormat.LocalLength..]);

        Span<byte> extra = local[^extraLength..];
        MakeWide(0).CopyTo(extra); // miniz does not know the stored size yet
        extra = extra[_wideLength..];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, PaddingExtra);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)(extra.Length - ExtraHeaderLength));
        extra[ExtraHeaderLength..].Fill(Padding);
        return bytes;
    }

    /// <summary>The bytes behind the data.</summary>
    public byte[] MakeDescriptor(uint crc)
    {
        byte[] bytes = new byte[DescriptorLength];
        if (bytes.Length == 0)
        {
            return bytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, ZipFormat.DescriptorSignature);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), crc);
        Span<byte> sizes = bytes.AsSpan(8);
        if (sizes.Length == 2 * sizeof(ulong))
        {
            BinaryPrimitives.WriteInt64LittleEndian(sizes, Length);
            BinaryPrimitives.WriteInt64LittleEndian(sizes[sizeof(ulong)..], Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(sizes, (uint)Length);
            BinaryPrimitives.WriteUInt32LittleEndian(sizes[sizeof(uint)..], (uint)Length);
        }

        return bytes;
    }

    /// <summary>Writes its entry of the directory.</summary>
    public void WriteCentral(Span<byte> entry, uint crc)
    {
        uint length = IsLong ? ZipFormat.Wide : (uint)Length;
        BinaryPrimitives.WriteUInt32LittleEndian(entry, ZipFormat.CentralSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[28..], (ushort)_name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[30..], (ushort)_wideLength);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], IsFar ? ZipFormat.Wide : (uint)Header);
        _name.CopyTo(entry[ZipFormat.CentralLength..]);
        MakeWide(Length).CopyTo(entry[(ZipFormat.CentralLength + _name.Length)..]);
    }

    /// <summary>The zip64 field: those of length, stored length and position that have no room in 32 bits.</summary>
    private byte[] MakeWide(long storedLength)
    {
        long[] numbers =
        [
            .. IsLong ? [Length, storedLength] : Array.Empty<long>(),
            .. IsFar ? [Header] : Array.Empty<long>(),
        ];
        if (numbers.Length == 0)
        {
            return [];
        }

        byte[] bytes = new byte[ExtraHeaderLength + (numbers.Length * sizeof(long))];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, ZipFormat.WideExtra);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)(bytes.Length - ExtraHeaderLength));
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(ExtraHeaderLength + (i * sizeof(long))), numbers[i]);
        }

        return bytes;
    }
}
