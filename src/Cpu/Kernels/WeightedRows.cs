using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Sums of rows, each times a weight: what attention makes of values.</summary>
internal static unsafe class WeightedRows
{
    /// <summary><c>sums[i, :] += Σ weights[i, j] · rows[j, :]</c> for up to four i.</summary>
    /// <param name="weights"><c>[i, j]</c>.</param>
    /// <param name="rows">The first number of the first row.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="sums"><c>[i, columns]</c>.</param>
    public static void Add(Matrix weights, float* rows, int stride, Matrix sums)
    {
        int column = 0;
        if (weights.Rows == DotTile.Tokens)
        {
            for (; column <= sums.Columns - 16; column += 16)
            {
                AddFour(weights, rows + column, stride, sums.Start + column, sums.Stride);
            }
        }

        for (int i = 0; i < weights.Rows && column < sums.Columns; i++)
        {
            ReadOnlySpan<float> own = weights[i];
            Span<float> sum = sums[i][column..];
            for (int j = 0; j < own.Length; j++)
            {
                Rows.Add(new ReadOnlySpan<float>(rows + ((long)j * stride) + column, sum.Length), sum, own[j]);
            }
        }
    }

    // Sixteen columns of four sums stay in registers while all rows go by.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(Matrix weights, float* rows, int stride, float* sums, int sumStride)
    {
        float* w0 = weights.Start;
        float* w1 = w0 + weights.Stride;
        float* w2 = w1 + weights.Stride;
        float* w3 = w2 + weights.Stride;
        float* s1 = sums + sumStride;
        float* s2 = s1 + sumStride;
        float* s3 = s2 + sumStride;
        Vector512<float> a = Vector512.Load(sums);
        Vector512<float> b = Vector512.Load(s1);
        Vector512<float> c = Vector512.Load(s2);
        Vector512<float> d = Vector512.Load(s3);
        for (int j = 0; j < weights.Columns; j++)
        {
            Vector512<float> row = Vector512.Load(rows + ((long)j * stride));
            a = Vector512.MultiplyAddEstimate(row, Vector512.Create(w0[j]), a);
            b = Vector512.MultiplyAddEstimate(row, Vector512.Create(w1[j]), b);
            c = Vector512.MultiplyAddEstimate(row, Vector512.Create(w2[j]), c);
            d = Vector512.MultiplyAddEstimate(row, Vector512.Create(w3[j]), d);
        }

        a.Store(sums);
        b.Store(s1);
        c.Store(s2);
        d.Store(s3);
    }
}
