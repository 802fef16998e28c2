using System.Buffers.Binary;
using System.Numerics;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A growing pickle. Since protocol 4 its operations stand in frames, cut exactly as CPython cuts them.</summary>
internal sealed class PickleOutput
{
    private const int FrameHeaderLength = 9;
    private const int SmallestFrame = 4;
    private const int FrameTarget = 1 << 16;

    private byte[] _bytes = new byte[1024];
    private int _length;
    private bool _framing;
    private int _frameStart = -1; // where the header of the open frame goes

    public byte[] ToArray() => _bytes[.._length];

    public void Write(PickleOpcode opcode) => Append(opcode, 0);

    public void WriteByte(PickleOpcode opcode, byte argument) => Append(opcode, 1)[0] = argument;

    /// <summary>A number that says where in the memo something is, in the shorter of two forms.</summary>
    public void WriteNumber(PickleOpcode small, PickleOpcode large, int number)
    {
        if (number <= byte.MaxValue)
        {
            WriteByte(small, (byte)number);
        }
        else
        {
            WriteInt32(large, number);
        }
    }

    public void WriteInt(BigInteger value)
    {
        if (value < int.MinValue || value > int.MaxValue)
        {
            byte[] bytes = value.ToByteArray();
            WriteNumber(PickleOpcode.Long1, PickleOpcode.Long4, bytes.Length);
            WriteRaw(bytes);
        }
        else if (value < 0 || value > ushort.MaxValue)
        {
            WriteInt32(PickleOpcode.BinInt, (int)value);
        }
        else if (value > byte.MaxValue)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(Append(PickleOpcode.BinInt2, sizeof(ushort)), (ushort)value);
        }
        else
        {
            WriteByte(PickleOpcode.BinInt1, (byte)value);
        }
    }

    public void WriteDouble(double value) =>
        BinaryPrimitives.WriteDoubleBigEndian(Append(PickleOpcode.BinFloat, sizeof(double)), value);

    /// <summary>Text or bytes, with the operation for any length and the one, if there is one, for less than 256.</summary>
    public void WriteBlock(PickleOpcode opcode, PickleOpcode? shortOpcode, ReadOnlySpan<byte> block)
    {
        // A large block stands between two frames.
        bool isApart = _framing && block.Length >= FrameTarget;
        if (isApart)
        {
            EndFraming();
        }

        if (opcode == PickleOpcode.ByteArray8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Append(opcode, sizeof(long)), block.Length);
        }
        else if (shortOpcode is { } shorter)
        {
            WriteNumber(shorter, opcode, block.Length);
        }
        else
        {
            WriteInt32(opcode, block.Length);
        }

        WriteRaw(block);
        _framing |= isApart;
    }

    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>From here on operations stand in frames.</summary>
    public void BeginFraming() => _framing = true;

    /// <summary>Ends the last frame.</summary>
    public void EndFraming()
    {
        EndFrame();
        _framing = false;
    }

    /// <summary>Ends the open frame when it is full: called before each value, the only place for it.</summary>
    public void EndFullFrame()
    {
        if (_frameStart >= 0 && _length - _frameStart - FrameHeaderLength >= FrameTarget)
        {
            EndFrame();
        }
    }

    private void EndFrame()
    {
        if (_frameStart < 0)
        {
            return;
        }

        int contentStart = _frameStart + FrameHeaderLength;
        int content = _length - contentStart;
        if (content >= SmallestFrame)
        {
            _bytes[_frameStart] = (byte)PickleOpcode.Frame;
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_frameStart + 1), content);
        }
        else
        {
            // Not worth a header.
            _bytes.AsSpan(contentStart, content).CopyTo(_bytes.AsSpan(_frameStart));
            _length -= FrameHeaderLength;
        }

        _frameStart = -1;
    }

    private void WriteInt32(PickleOpcode opcode, int argument) =>
        BinaryPrimitives.WriteInt32LittleEndian(Append(opcode, sizeof(int)), argument);

    private Span<byte> Append(PickleOpcode opcode, int argumentLength)
    {
        Span<byte> bytes = Append(1 + argumentLength);
        bytes[0] = (byte)opcode;
        return bytes[1..];
    }

    private Span<byte> Append(int count)
    {
        if (_framing && _frameStart < 0)
        {
            _frameStart = _length;
            Grow(FrameHeaderLength);
            _length += FrameHeaderLength;
        }

        Grow(count);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    private void Grow(int count)
    {
        if (count > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, (int)Math.Clamp(2L * _bytes.Length, (long)_length + count, Array.MaxLength));
        }
    }
}
