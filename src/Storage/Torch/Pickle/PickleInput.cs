using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A cursor over a pickle, in memory or in a file, that checks every length against what is left.</summary>
internal ref struct PickleInput
{
    // How much of a file is held at a time, unless one text is longer.
    private const int WindowLength = 1 << 18;
    private const int LongestBlock = 1 << 30;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly InputFile? _file;
    private readonly long _filePosition;
    private readonly long _length;
    private ReadOnlySpan<byte> _window; // what is in memory, from Position on
    private long _opcodeAt;
    private PickleOpcode _opcode;

    public PickleInput(string path, ReadOnlySpan<byte> bytes)
    {
        _path = path;
        _window = bytes;
        _length = bytes.Length;
    }

    public PickleInput(string path, InputFile file, long position, long length)
    {
        _path = path;
        _file = file;
        _filePosition = position;
        _length = length;
    }

    public long Position { get; private set; }

    private readonly long Left => _length - Position;

    public PickleOpcode NextOpcode()
    {
        _opcodeAt = Position;
        if (Left == 0)
        {
            throw new BadFileException(_path, $"the pickle ends at byte {Position} without STOP. It is incomplete.");
        }

        _opcode = (PickleOpcode)Byte();
        return _opcode;
    }

    public readonly void RequireLeft(long count)
    {
        if (count < 0 || count > Left)
        {
            Fail($"{count} bytes should follow, but {Left} are left");
        }
    }

    /// <summary>The next bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _window.Length)
        {
            RequireLeft(count);
            if (count > LongestBlock)
            {
                Fail($"{count} bytes in one piece are more than the {LongestBlock} allowed");
            }

            Refill((int)count);
        }

        ReadOnlySpan<byte> taken = _window[..(int)count];
        _window = _window[(int)count..];
        Position += count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A length of eight bytes; one that no file can have becomes -1, which nothing accepts.</summary>
    public long Length64() => Math.Max(BinaryPrimitives.ReadInt64LittleEndian(Take(8)), -1);

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The bytes up to the next newline, which is skipped; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line()
    {
        int length = _window.IndexOf((byte)'\n');
        if (length < 0 && _window.Length < Math.Min(Left, WindowLength))
        {
            Refill(_window.Length);
            length = _window.IndexOf((byte)'\n');
        }

        if (length < 0)
        {
            Fail($"the line that should follow has no end within {_window.Length} bytes");
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
        throw new BadFileException(_path, $"pickle operation {name} at byte {_opcodeAt}: {fault}.");
    }

    /// <summary>Reads on in the file, so that at least <paramref name="count"/> bytes, which are there, are in memory.</summary>
    private void Refill(int count)
    {
        int length = (int)Math.Min(Left, Math.Max(count, WindowLength));
        _window = _file!.Read(_filePosition + Position, length);
    }
}
