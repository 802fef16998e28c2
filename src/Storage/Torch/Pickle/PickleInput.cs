using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A cursor over the bytes of a pickle that checks every length against what is left.</summary>
internal ref struct PickleInput(string path, ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _opcodeAt;
    private PickleOpcode _opcode;

    public int Position { get; private set; }

    private readonly int Left => _bytes.Length - Position;

    public PickleOpcode NextOpcode()
    {
        _opcodeAt = Position;
        if (Left == 0)
        {
            throw new BadFileException(path, $"the pickle ends at byte {Position} without STOP. It is incomplete.");
        }

        _opcode = (PickleOpcode)_bytes[Position++];
        return _opcode;
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
        {
            Fail($"{count} bytes should follow, but {Left} are left");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A length of eight bytes; one that no file can have becomes -1, which nothing accepts.</summary>
    public long Length64()
    {
        long length = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
        return Math.Max(length, -1);
    }

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The bytes up to the next newline, which is skipped.</summary>
    public ReadOnlySpan<byte> Line()
    {
        int length = _bytes[Position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            Fail("the line that should follow has no end");
        }

        return Take(length + 1)[..length];
    }

    /// <summary>Strict UTF-8, except that lone surrogates are allowed, as Python writes them.</summary>
    public readonly string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            if (!SurrogateUtf8.TryDecode(utf8, out string? text))
            {
                Fail("the text is not UTF-8");
            }

            return text;
        }
    }

    [DoesNotReturn]
    public readonly void Fail(string fault)
    {
        string name = Enum.IsDefined(_opcode) ? $"{_opcode}" : $"0x{(byte)_opcode:x2}";
        throw new BadFileException(path, $"pickle operation {name} at byte {_opcodeAt}: {fault}.");
    }
}
