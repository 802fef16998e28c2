using System.Buffers;
using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A floating-point tensor in another floating-point type, converted as it is read.</summary>
public sealed class CastView : TensorView
{
    private const int BlockElements = 64 << 10;

    private readonly TensorView _base;

    /// <summary>Casts <paramref name="tensor"/>; both types are F16, BF16, F32 or F64.</summary>
    public CastView(TensorView tensor, DType dtype)
        : base(dtype, tensor.Shape)
    {
        if (!tensor.DType.IsWideFloat() || !dtype.IsWideFloat())
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
                FloatCast.Convert(_base.DType, source, DType, destination[..(count * toBytes)]);
                destination = destination[(count * toBytes)..];
                element += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
