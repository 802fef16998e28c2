using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>The scales of a weight as a tensor.</summary>
internal sealed class BlockScalesView(BlockScales scales, DType dtype, Shape shape) : TensorView(dtype, shape)
{
    private const int Most = 64 << 10; // scales at once

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int itemBytes = DType.BitCount() / 8;
        long scale = offset / itemBytes;
        while (!destination.IsEmpty)
        {
            (long row, long column) = Math.DivRem(scale, scales.BlockColumns);
            long wanted = column + (destination.Length / itemBytes);
            int rows = (int)
                Math.Clamp(Most / scales.BlockColumns, 1, (wanted + scales.BlockColumns - 1) / scales.BlockColumns);
            ReadOnlySpan<float> read = scales.Read(row, rows).AsSpan((int)column);
            read = read[..Math.Min(read.Length, destination.Length / itemBytes)];
            Write(read, destination[..(read.Length * itemBytes)]);
            destination = destination[(read.Length * itemBytes)..];
            scale += read.Length;
        }
    }

    private void Write(ReadOnlySpan<float> numbers, Span<byte> destination)
    {
        if (DType is not (DType.F8E8M0 or DType.U8))
        {
            FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers), DType, destination);
            return;
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            destination[i] = (byte)(Math.ILogB(numbers[i]) + 127);
        }
    }
}
