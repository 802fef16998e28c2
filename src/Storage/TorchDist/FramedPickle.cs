using System.Buffers.Binary;
using System.Text;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Writes a pickle of protocol 5 byte for byte as CPython does: every value but numbers and constants is stored in the
/// memo, a value that comes again is fetched from there, and the bytes are cut into frames of 64 KiB. Nothing is built
/// in memory but the bytes, so that an index with a million values costs no more than its file.
/// </summary>
internal sealed class FramedPickle
{
    private const int FrameTarget = 64 << 10;
    private const int FrameHeader = 9;
    private const int SmallestFrame = 4;

    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<(string Module, string Name), int> _globals = [];
    private byte[] _bytes = new byte[FrameTarget * 2];
    private int _length;
    private int _frame = -1; // where the open frame's header begins
    private int _memoCount;

    /// <summary>Begins the pickle.</summary>
    public FramedPickle()
    {
        // The protocol stands before the first frame.
        _bytes[0] = (byte)PickleOpcode.Proto;
        _bytes[1] = 5;
        _length = 2;
    }

    /// <summary>Ends the pickle and gives its bytes.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Op(PickleOpcode.Stop);
        CloseFrame();
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>Writes an opcode. Each value begins with <see cref="Begin"/> instead, because there a frame may end.</summary>
    public void Op(PickleOpcode opcode) => Write(1)[0] = (byte)opcode;

    /// <summary>Writes the first opcode of a value.</summary>
    public void Begin(PickleOpcode opcode)
    {
        if (_frame >= 0 && _length - _frame - FrameHeader >= FrameTarget)
        {
            CloseFrame();
        }

        Op(opcode);
    }

    /// <summary>Stores the value just written; returns its number.</summary>
    public int Memoize()
    {
        Op(PickleOpcode.Memoize);
        return _memoCount++;
    }

    /// <summary>Begins a value and stores it, as the empty containers do.</summary>
    public int Memoize(PickleOpcode opcode)
    {
        Begin(opcode);
        return Memoize();
    }

    /// <summary>Writes a value that was stored.</summary>
    public void Get(int memo)
    {
        if (memo <= byte.MaxValue)
        {
            Begin(PickleOpcode.BinGet);
            Write(1)[0] = (byte)memo;
        }
        else
        {
            Begin(PickleOpcode.LongBinGet);
            BinaryPrimitives.WriteInt32LittleEndian(Write(4), memo);
        }
    }

    /// <summary>Writes a text that is an object of its own, even when the same text was written before.</summary>
    public int Text(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        if (count <= byte.MaxValue)
        {
            Begin(PickleOpcode.ShortBinUnicode);
            Write(1)[0] = (byte)count;
        }
        else
        {
            Begin(PickleOpcode.BinUnicode);
            BinaryPrimitives.WriteInt32LittleEndian(Write(4), count);
        }

        Encoding.UTF8.GetBytes(text, Write(count));
        return Memoize();
    }

    /// <summary>Writes the name of a field or module, which Python interns: the second time it comes from the memo.</summary>
    public void Name(string name)
    {
        if (_names.TryGetValue(name, out int memo))
        {
            Get(memo);
        }
        else
        {
            _names.Add(name, Text(name));
        }
    }

    /// <summary>Writes a class or function.</summary>
    public void Global(string module, string name)
    {
        if (_globals.TryGetValue((module, name), out int memo))
        {
            Get(memo);
            return;
        }

        Name(module);
        Text(name);
        Op(PickleOpcode.StackGlobal);
        _globals.Add((module, name), Memoize());
    }

    /// <summary>Writes a number that is not negative.</summary>
    public void Int(long value)
    {
        switch (value)
        {
            case <= byte.MaxValue:
                Begin(PickleOpcode.BinInt1);
                Write(1)[0] = (byte)value;
                break;
            case <= ushort.MaxValue:
                Begin(PickleOpcode.BinInt2);
                BinaryPrimitives.WriteUInt16LittleEndian(Write(2), (ushort)value);
                break;
            case <= int.MaxValue:
                Begin(PickleOpcode.BinInt);
                BinaryPrimitives.WriteInt32LittleEndian(Write(4), (int)value);
                break;
            default:
                // As few bytes as hold the value and a sign bit.
                Begin(PickleOpcode.Long1);
                int count = ((64 - (int)long.LeadingZeroCount(value)) / 8) + 1;
                Write(1)[0] = (byte)count;
                Span<byte> all = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(all, value);
                all[..count].CopyTo(Write(count));
                break;
        }
    }

    /// <summary>Writes a tuple of numbers; the empty one is never stored.</summary>
    public void Tuple(ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            Begin(PickleOpcode.EmptyTuple);
            return;
        }

        if (values.Length > 3)
        {
            Begin(PickleOpcode.Mark);
        }

        foreach (long value in values)
        {
            Int(value);
        }

        EndTuple(values.Length);
    }

    /// <summary>Makes a tuple of the values just written and stores it.</summary>
    public int EndTuple(int count)
    {
        Op(
            count switch
            {
                1 => PickleOpcode.Tuple1,
                2 => PickleOpcode.Tuple2,
                3 => PickleOpcode.Tuple3,
                _ => PickleOpcode.Tuple,
            }
        );
        return Memoize();
    }

    /// <summary>Makes an object by calling what was written before the argument tuple, and stores it.</summary>
    public int EndCall()
    {
        Op(PickleOpcode.Reduce);
        return Memoize();
    }

    /// <summary>Begins an object of a class that is made without arguments; its fields follow.</summary>
    public int BeginObject(string module, string name)
    {
        Global(module, name);
        Begin(PickleOpcode.EmptyTuple);
        Op(PickleOpcode.NewObj);
        return Memoize();
    }

    /// <summary>Begins the field dict of an object.</summary>
    public void BeginFields()
    {
        Memoize(PickleOpcode.EmptyDict);
        Op(PickleOpcode.Mark);
    }

    /// <summary>Gives the object the fields just written.</summary>
    public void EndFields()
    {
        Op(PickleOpcode.SetItems);
        Op(PickleOpcode.Build);
    }

    private Span<byte> Write(int count)
    {
        int header = _frame < 0 ? FrameHeader : 0;
        if (_bytes.Length - _length < count + header)
        {
            Array.Resize(ref _bytes, checked((int)Math.Min(Array.MaxLength, (_bytes.Length * 2L) + count)));
        }

        if (_frame < 0)
        {
            _frame = _length;
            _length += FrameHeader;
        }

        Span<byte> written = _bytes.AsSpan(_length, count);
        _length += count;
        return written;
    }

    private void CloseFrame()
    {
        int length = _length - _frame - FrameHeader;
        Span<byte> frame = _bytes.AsSpan(_frame, FrameHeader + length);
        if (length >= SmallestFrame)
        {
            frame[0] = (byte)PickleOpcode.Frame;
            BinaryPrimitives.WriteInt64LittleEndian(frame[1..], length);
        }
        else
        {
            frame[FrameHeader..].CopyTo(frame);
            _length -= FrameHeader;
        }

        _frame = -1;
    }
}
