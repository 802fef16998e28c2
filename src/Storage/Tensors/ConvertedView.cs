using System.Buffers;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor in another type of whole bytes, each element converted by itself as it is read.</summary>
public abstract class ConvertedView : TensorView
{
    private const int BlockElements = 64 << 10;

    /// <summary>Shows <paramref name="tensor"/> as elements of <paramref name="dtype"/>.</summary>
    protected ConvertedView(TensorView tensor, DType dtype)
        : base(dtype, tensor.Shape) => Base = tensor;

    /// <summary>The tensor that is converted.</summary>
    protected TensorView Base { get; }

    /// <summary>Converts all elements of <paramref name="source"/>, of which the first is that number of the tensor.</summary>
    protected abstract void Convert(ReadOnlySpan<byte> source, Span<byte> destination, long first);

    /// <inheritdoc/>
    protected sealed override void ReadCore(long offset, Span<byte> destination)
    {
        int fromBytes = Base.DType.BitCount() / 8;
        int toBytes = DType.BitCount() / 8;
        long element = offset / toBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockElements * fromBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(BlockElements, destination.Length / toBytes);
                Span<byte> source = buffer.AsSpan(0, count * fromBytes);
                Base.Read(element * fromBytes, source);
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
}
