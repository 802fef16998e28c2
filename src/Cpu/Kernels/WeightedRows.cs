using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Sums of rows, each times a weight: what attention makes of values.</summary>
internal static unsafe class WeightedRows
{
    /// <summary><c>sums[i, :] += Σ weights[i, j] · rows[j, :]</c>.</summary>
    /// <param name="weights"><c>[i, j]</c>.</param>
    /// <param name="rows">The first element of the first row.</param>
    /// <param name="stride">Bytes from a row to the next.</param>
    /// <param name="sums"><c>[i, columns]</c>.</param>
    public static void Add<T>(Matrix weights, byte* rows, long stride, Matrix sums)
        where T : unmanaged, IElement
    {
        int done = 0;
        for (; done <= weights.Rows - DotTile.Tokens; done += DotTile.Tokens)
        {
            Matrix own = weights.RowRange(done, DotTile.Tokens);
            Matrix to = sums.RowRange(done, DotTile.Tokens);
            int column = 0;
            for (; column <= sums.Columns - 16; column += 16)
            {
                AddFour<T>(own, rows + ((long)column * T.Size), stride, to.Start + column, to.Stride);
            }

            for (int i = 0; i < DotTile.Tokens && column < sums.Columns; i++)
            {
                AddOne<T>(own.RowRange(i, 1), rows + ((long)column * T.Size), stride, to[i][column..]);
            }
        }

        for (; done < weights.Rows; done++)
        {
            AddOne<T>(weights.RowRange(done, 1), rows, stride, sums[done]);
        }
    }

    // Sixteen columns of four sums stay in registers while all rows go by.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour<T>(Matrix weights, byte* rows, long stride, float* sums, int sumStride)
        where T : unmanaged, IElement
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
            Vector512<float> row = T.Sixteen(rows + (j * stride));
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

    // Sixty-four columns of one sum stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOne<T>(Matrix weights, byte* rows, long stride, Span<float> sums)
        where T : unmanaged, IElement
    {
        float* w = weights.Start;
        int column = 0;
        fixed (float* sum = sums)
        {
            for (; column <= sums.Length - 64; column += 64)
            {
                float* to = sum + column;
                byte* from = rows + ((long)column * T.Size);
                Vector512<float> a = Vector512.Load(to);
                Vector512<float> b = Vector512.Load(to + 16);
                Vector512<float> c = Vector512.Load(to + 32);
                Vector512<float> d = Vector512.Load(to + 48);
                for (int j = 0; j < weights.Columns; j++)
                {
                    byte* row = from + (j * stride);
                    Vector512<float> weight = Vector512.Create(w[j]);
                    a = Vector512.MultiplyAddEstimate(T.Sixteen(row), weight, a);
                    b = Vector512.MultiplyAddEstimate(T.Sixteen(row + (16 * T.Size)), weight, b);
                    c = Vector512.MultiplyAddEstimate(T.Sixteen(row + (32 * T.Size)), weight, c);
                    d = Vector512.MultiplyAddEstimate(T.Sixteen(row + (48 * T.Size)), weight, d);
                }

                a.Store(to);
                b.Store(to + 16);
                c.Store(to + 32);
                d.Store(to + 48);
            }

            for (; column <= sums.Length - 16; column += 16)
            {
                Vector512<float> a = Vector512.Load(sum + column);
                byte* from = rows + ((long)column * T.Size);
                for (int j = 0; j < weights.Columns; j++)
                {
                    a = Vector512.MultiplyAddEstimate(T.Sixteen(from + (j * stride)), Vector512.Create(w[j]), a);
                }

                a.Store(sum + column);
            }

            for (; column < sums.Length; column++)
            {
                for (int j = 0; j < weights.Columns; j++)
                {
                    sum[column] += w[j] * T.One(rows + (j * stride) + ((long)column * T.Size));
                }
            }
        }
    }
}
