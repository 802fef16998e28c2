using System.Buffers.Binary;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Numbers that numpy pickled: <c>scalar(dtype, bytes)</c>.</summary>
internal static class NumpyScalar
{
    /// <summary>The number as Python's own, or the value itself when it is something else.</summary>
    public static PickleValue? Unwrap(PickleValue? value)
    {
        if (
            value
                is not PickleObject
                {
                    Class: { Name: "scalar", Module: var module },
                    Arguments.Items: [var type, var content]
                }
            || module is not ("numpy._core.multiarray" or "numpy.core.multiarray")
            || type is not PickleObject { Arguments.Items: [PickleText { Value: var kind }, ..] } dtype
            || !dtype.Class!.Is("numpy", "dtype")
            || !content.TryGetBytes(out ReadOnlyMemory<byte> bytes)
        )
        {
            return value;
        }

        // The second item of its state is the byte order: '<', '>', or '|' for single bytes.
        byte[] number = bytes.ToArray();
        if (dtype.State is PickleTuple { Items: [_, PickleText { Value: ">" }, ..] })
        {
            Array.Reverse(number);
        }

        return (kind, number.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(number),
            ("f4", 4) => BinaryPrimitives.ReadSingleLittleEndian(number),
            ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(number),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(number),
            ("i4", 4) => BinaryPrimitives.ReadInt32LittleEndian(number),
            ("i2", 2) => BinaryPrimitives.ReadInt16LittleEndian(number),
            ("i1", 1) => (sbyte)number[0],
            ("u8", 8) => PickleInt.Of(BinaryPrimitives.ReadUInt64LittleEndian(number)),
            ("u4", 4) => BinaryPrimitives.ReadUInt32LittleEndian(number),
            ("u2", 2) => BinaryPrimitives.ReadUInt16LittleEndian(number),
            ("u1", 1) => number[0],
            ("b1", 1) => number[0] != 0,
            _ => value,
        };
    }
}
