using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A tensor of the numbers that a training begins with, drawn as they are read; those of <see cref="Ranks.WeightInitialization"/>.</summary>
internal sealed class RandomView(DType dtype, Shape shape, InitialValues values, CounterRandom random)
    : TensorView(dtype, shape)
{
    private const int Piece = 1 << 12; // elements

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int size = DType.BitCount() / 8;
        float[] rented = ArrayPool<float>.Shared.Rent(Piece);
        for (int done = 0; done < destination.Length; done += Piece * size)
        {
            Span<byte> target = destination[done..Math.Min(destination.Length, done + (Piece * size))];
            Span<float> numbers = rented.AsSpan(0, target.Length / size);
            values.Fill(random, (offset + done) / size, numbers);
            FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers), DType, target);
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
