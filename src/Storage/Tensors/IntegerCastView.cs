using System.Buffers.Binary;

namespace MegatronBridge.Storage.Tensors;

/// <summary>Whole numbers of 32 or 64 bits in the other width, converted as they are read; a number that does not fit is a fault.</summary>
public sealed class IntegerCastView : ConvertedView
{
    /// <summary>Casts <paramref name="tensor"/>; the types are I32 and I64.</summary>
    public IntegerCastView(TensorView tensor, DType dtype)
        : base(tensor, dtype)
    {
        if ((tensor.DType, dtype) is not ((DType.I64, DType.I32) or (DType.I32, DType.I64)))
        {
            throw new ArgumentException($"{tensor} cannot be cast to {dtype.SafetensorsName()}.", nameof(dtype));
        }
    }

    /// <inheritdoc/>
    protected override void Convert(ReadOnlySpan<byte> source, Span<byte> destination, long first)
    {
        if (DType == DType.I64)
        {
            for (int i = 0; i < source.Length; i += 4)
            {
                BinaryPrimitives.WriteInt64LittleEndian(
                    destination[(2 * i)..],
                    BinaryPrimitives.ReadInt32LittleEndian(source[i..])
                );
            }

            return;
        }

        for (int i = 0; i < destination.Length; i += 4)
        {
            long value = BinaryPrimitives.ReadInt64LittleEndian(source[(2 * i)..]);
            if (value is < int.MinValue or > int.MaxValue)
            {
                throw new BadFileException(
                    $"{Base}",
                    $"element {first + (i / 4)} is {value}, which does not fit 32 bits, as it must."
                );
            }

            BinaryPrimitives.WriteInt32LittleEndian(destination[i..], (int)value);
        }
    }
}
