using System.Runtime.InteropServices;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Reads matrices once, each from its begin to its end, row by row.</summary>
internal static class RowPass
{
    private const int Block = 1024; // elements

    /// <summary>Receives numbers of a row of the matrix with that index, from a column on.</summary>
    public delegate void RowAction(int matrix, int row, int column, ReadOnlySpan<float> numbers);

    /// <summary>The squared Euclidean norm of each row of each matrix, padding included.</summary>
    public static async Task<double[][]> SquaredNormsAsync(
        IReadOnlyList<EmbeddingMatrix> matrices,
        TransferOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        double[][] sums = [.. matrices.Select(matrix => new double[matrix.View.Shape[0]])];
        await RunAsync(
                matrices,
                (matrix, row, _, numbers) => sums[matrix][row] += SquaredNorm(numbers),
                options,
                progress,
                cancellation
            )
            .ConfigureAwait(false);
        return sums;
    }

    /// <summary>The mean of those rows of a matrix that <paramref name="isHealthy"/> is true for.</summary>
    public static async Task<float[]> MeanAsync(
        EmbeddingMatrix matrix,
        Predicate<int> isHealthy,
        int healthy,
        TransferOptions options,
        CancellationToken cancellation
    )
    {
        double[] sums = new double[matrix.Width];
        await RunAsync(
                [matrix],
                (_, row, column, numbers) =>
                {
                    for (int i = 0; i < numbers.Length && isHealthy(row); i++)
                    {
                        sums[column + i] += numbers[i];
                    }
                },
                options,
                null,
                cancellation
            )
            .ConfigureAwait(false);
        return Array.ConvertAll(sums, sum => (float)(sum / healthy));
    }

    /// <summary>Squares rounded to single precision, added in double: as upstream's tool reckons.</summary>
    public static double SquaredNorm(ReadOnlySpan<float> numbers)
    {
        double sum = 0;
        foreach (float number in numbers)
        {
            sum += number * number;
        }

        return sum;
    }

    private static Task RunAsync(
        IReadOnlyList<EmbeddingMatrix> matrices,
        RowAction action,
        TransferOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        void Read(int matrix, long offset, ReadOnlySpan<byte> bytes)
        {
            Span<float> numbers = stackalloc float[Block];
            DType dtype = matrices[matrix].View.DType;
            int itemBytes = dtype.BitCount() / 8;
            long element = offset / itemBytes;
            while (!bytes.IsEmpty)
            {
                (long row, long column) = Math.DivRem(element, matrices[matrix].Width);
                int count = (int)Math.Min(Math.Min(Block, bytes.Length / itemBytes), matrices[matrix].Width - column);
                FloatCast.Convert(
                    dtype,
                    bytes[..(count * itemBytes)],
                    DType.F32,
                    MemoryMarshal.AsBytes(numbers[..count])
                );
                action(matrix, (int)row, (int)column, numbers[..count]);
                bytes = bytes[(count * itemBytes)..];
                element += count;
            }
        }

        return TensorPass.ForEachPieceAsync(
            [.. matrices.Select(matrix => matrix.View)],
            Read,
            inOrder: true,
            options,
            progress,
            cancellation
        );
    }
}
