using System.Numerics;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The operations that push one value without looking at the stack.</summary>
internal static class PickleAtoms
{
    // An int of more bytes than this has no place in a checkpoint, and arithmetic on it would be slow.
    private const int LongestInt = 1 << 12;

    /// <summary>The value that follows <paramref name="opcode"/>, or null when that is another kind of operation.</summary>
    public static PickleValue? Read(ref PickleInput input, PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None:
                return PickleValue.None;
            case PickleOpcode.NewTrue:
                return true;
            case PickleOpcode.NewFalse:
                return false;
            case PickleOpcode.BinInt:
                return input.Int32();
            case PickleOpcode.BinInt1:
                return input.Byte();
            case PickleOpcode.BinInt2:
                return input.UInt16();
            case PickleOpcode.Long1:
                return Long(ref input, input.Byte());
            case PickleOpcode.Long4:
                return Long(ref input, input.Int32());
            case PickleOpcode.BinFloat:
                return input.Double();
            case PickleOpcode.ShortBinUnicode:
                return Text(ref input, input.Byte());
            case PickleOpcode.BinUnicode:
                return Text(ref input, input.UInt32());
            case PickleOpcode.BinUnicode8:
                return Text(ref input, input.Length64());
            case PickleOpcode.ShortBinBytes:
                return Bytes(ref input, input.Byte());
            case PickleOpcode.BinBytes:
                return Bytes(ref input, input.UInt32());
            case PickleOpcode.BinBytes8:
                return Bytes(ref input, input.Length64());
            case PickleOpcode.ByteArray8:
                return new PickleBytes(input.Take(input.Length64()).ToArray(), isByteArray: true);
            case PickleOpcode.BinString:
                return PickleLine.FromByteString(input.Take(input.Int32()));
            case PickleOpcode.ShortBinString:
                return PickleLine.FromByteString(input.Take(input.Byte()));
            case PickleOpcode.Int:
                return Readable(ref input, PickleLine.ParseInt(input.Line()));
            case PickleOpcode.Long:
                return Readable(ref input, PickleLine.ParseLong(input.Line()));
            case PickleOpcode.Float:
                return Readable(ref input, PickleLine.ParseFloat(input.Line()));
            case PickleOpcode.String:
                return Readable(ref input, PickleLine.ParseString(input.Line()));
            case PickleOpcode.Unicode:
                return Readable(ref input, PickleLine.ParseUnicode(input.Line()));
            default:
                return null;
        }
    }

    private static PickleInt Long(ref PickleInput input, int length)
    {
        if (length > LongestInt)
        {
            input.Fail($"an int of {length} bytes is longer than the {LongestInt} allowed");
        }

        return PickleInt.Of(new BigInteger(input.Take(length)));
    }

    private static PickleText Text(ref PickleInput input, long length) => new(input.Text(input.Take(length)));

    private static PickleBytes Bytes(ref PickleInput input, long length) => new(input.Take(length).ToArray());

    private static PickleValue Readable(ref PickleInput input, PickleValue? value)
    {
        if (value is null)
        {
            input.Fail("the line that follows cannot be read");
        }

        return value;
    }
}
