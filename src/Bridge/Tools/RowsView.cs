using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A matrix with some of its rows replaced; these are made as they are read.</summary>
/// <param name="matrix">The matrix.</param>
/// <param name="rows">Numbers of the rows, in their order.</param>
/// <param name="contents">What they become.</param>
internal sealed class RowsView(TensorView matrix, int[] rows, NewRows contents) : TensorView(matrix.DType, matrix.Shape)
{
    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        matrix.Read(offset, destination);
        long rowBytes = ByteCount / Shape[0];
        int first = Array.BinarySearch(rows, (int)(offset / rowBytes));
        for (int i = first < 0 ? ~first : first; i < rows.Length; i++)
        {
            long begin = (rows[i] * rowBytes) - offset;
            if (begin >= destination.Length)
            {
                return;
            }

            byte[] bytes = ArrayPool<byte>.Shared.Rent((int)rowBytes);
            Span<byte> row = bytes.AsSpan(0, (int)rowBytes);
            Make(rows[i], row);
            int skipped = (int)Math.Max(0, -begin);
            int count = (int)Math.Min(rowBytes - skipped, destination.Length - Math.Max(0, begin));
            row.Slice(skipped, count).CopyTo(destination[(int)Math.Max(0, begin)..]);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The Euclidean norm that a replaced row has once it is stored.</summary>
    public double NormOf(int row)
    {
        byte[] bytes = new byte[ByteCount / Shape[0]];
        Make(row, bytes);
        float[] numbers = new float[Shape[1]];
        FloatCast.Convert(DType, bytes, DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return Math.Sqrt(RowPass.SquaredNorm(numbers));
    }

    private void Make(int row, Span<byte> bytes)
    {
        float[] rented = ArrayPool<float>.Shared.Rent((int)Shape[1]);
        Span<float> numbers = rented.AsSpan(0, (int)Shape[1]);
        contents.Fill(row, numbers);
        FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers), DType, bytes);
        ArrayPool<float>.Shared.Return(rented);
    }
}
