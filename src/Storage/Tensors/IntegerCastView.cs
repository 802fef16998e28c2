using System.Buffers;
using System.Buffers.Binary;

namespace MegatronBridge.Storage.Tensors;

/// <summary>Whole numbers of 32 or 64 bits in the other width, converted as they are read; a number that does not fit is a fault.</summary>
public sealed class IntegerCastView : TensorView
{
    private const int BlockElements = 64 << 10;

    private readonly TensorView _base;

    /// <summary>Casts <paramref name="tensor"/>; the types are I32 and I64.</summary>
    public IntegerCastView(TensorView tensor, DType dtype)
        : base(dtype, tensor.Shape)
    {
        if ((tensor.DType, dtype) is not ((DType.I64, DType.I32) or (DType.I32, DType.I64)))
        {
            throw new ArgumentException($"{tensor} cannot be cast to {dtype.SafetensorsName()}.", nameof(dtype));
        }

        _base = tensor;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int fromBytes = _base.DType.BitCount() / 8;
        int toBytes = DType.BitCount() / 8;
        long element = offset / toBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockElements * fromBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(BlockElements, destination.Length / toBytes);
                Span<byte> source = buffer.AsSpan(0, count * fromBytes);
                _base.Read(element * fromBytes, source);
                Convert(source, destination[..(count * toBytes)], element);
                destination = destination[(count * toBytes)..];
                element += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Convert(ReadOnlySpan<byte> source, Span<byte> destination, long first)
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
                    $"{_base}",
                    $"element {first + (i / 4)} is {value}, which does not fit 32 bits, as it must."
                );
            }

            BinaryPrimitives.WriteInt32LittleEndian(destination[i..], (int)value);
        }
    }
}
