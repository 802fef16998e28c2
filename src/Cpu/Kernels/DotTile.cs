using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// The products of a few rows of a weight with four tokens, so that each loaded number serves several times. Widths that do not fill
/// the registers are left to <see cref="Dot"/>.
/// </summary>
internal static unsafe class DotTile
{
    /// <summary>Tokens of a tile.</summary>
    public const int Tokens = 4;

    /// <summary>Rows of the weight in a tile: as many as the registers hold.</summary>
    public static int Rows => Vector512.IsHardwareAccelerated ? 4 : 2;

    /// <summary>Numbers of a row are taken so many at a time.</summary>
    public static int Step => Vector512.IsHardwareAccelerated ? 16 : 8;

    /// <summary>Adds the products to <c>y[token, row]</c>.</summary>
    /// <param name="x">First number of the first token.</param>
    /// <param name="xStride">From a token to the next.</param>
    /// <param name="w">First element of the first row.</param>
    /// <param name="wStride">Bytes from a row to the next.</param>
    /// <param name="count">Numbers of a row, a multiple of <see cref="Step"/>.</param>
    /// <param name="y">Where the first product goes.</param>
    /// <param name="yStride">From a token to the next.</param>
    public static void Add<T>(float* x, int xStride, byte* w, long wStride, int count, float* y, int yStride)
        where T : unmanaged, IElement
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Wide<T>(x, xStride, w, wStride, count, y, yStride);
        }
        else
        {
            Narrow<T>(x, xStride, w, wStride, count, y, yStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide<T>(float* x, int xStride, byte* w, long wStride, int count, float* y, int yStride)
        where T : unmanaged, IElement
    {
        float* x1 = x + xStride;
        float* x2 = x1 + xStride;
        float* x3 = x2 + xStride;
        byte* w1 = w + wStride;
        byte* w2 = w1 + wStride;
        byte* w3 = w2 + wStride;
        Vector512<float> a0 = Vector512<float>.Zero,
            a1 = a0,
            a2 = a0,
            a3 = a0; // of row 0, a register for each token
        Vector512<float> b0 = a0,
            b1 = a0,
            b2 = a0,
            b3 = a0;
        Vector512<float> c0 = a0,
            c1 = a0,
            c2 = a0,
            c3 = a0;
        Vector512<float> d0 = a0,
            d1 = a0,
            d2 = a0,
            d3 = a0;
        for (int i = 0; i < count; i += 16)
        {
            Vector512<float> t0 = Vector512.Load(x + i);
            Vector512<float> t1 = Vector512.Load(x1 + i);
            Vector512<float> t2 = Vector512.Load(x2 + i);
            Vector512<float> t3 = Vector512.Load(x3 + i);
            long at = (long)i * T.Size;
            Vector512<float> row = T.Sixteen(w + at);
            a0 = Vector512.MultiplyAddEstimate(t0, row, a0);
            a1 = Vector512.MultiplyAddEstimate(t1, row, a1);
            a2 = Vector512.MultiplyAddEstimate(t2, row, a2);
            a3 = Vector512.MultiplyAddEstimate(t3, row, a3);
            row = T.Sixteen(w1 + at);
            b0 = Vector512.MultiplyAddEstimate(t0, row, b0);
            b1 = Vector512.MultiplyAddEstimate(t1, row, b1);
            b2 = Vector512.MultiplyAddEstimate(t2, row, b2);
            b3 = Vector512.MultiplyAddEstimate(t3, row, b3);
            row = T.Sixteen(w2 + at);
            c0 = Vector512.MultiplyAddEstimate(t0, row, c0);
            c1 = Vector512.MultiplyAddEstimate(t1, row, c1);
            c2 = Vector512.MultiplyAddEstimate(t2, row, c2);
            c3 = Vector512.MultiplyAddEstimate(t3, row, c3);
            row = T.Sixteen(w3 + at);
            d0 = Vector512.MultiplyAddEstimate(t0, row, d0);
            d1 = Vector512.MultiplyAddEstimate(t1, row, d1);
            d2 = Vector512.MultiplyAddEstimate(t2, row, d2);
            d3 = Vector512.MultiplyAddEstimate(t3, row, d3);
        }

        AddSums(y, a0, b0, c0, d0);
        AddSums(y + yStride, a1, b1, c1, d1);
        AddSums(y + (2L * yStride), a2, b2, c2, d2);
        AddSums(y + (3L * yStride), a3, b3, c3, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSums(
        float* y,
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d
    )
    {
        y[0] += Vector512.Sum(a);
        y[1] += Vector512.Sum(b);
        y[2] += Vector512.Sum(c);
        y[3] += Vector512.Sum(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow<T>(float* x, int xStride, byte* w, long wStride, int count, float* y, int yStride)
        where T : unmanaged, IElement
    {
        float* x1 = x + xStride;
        float* x2 = x1 + xStride;
        float* x3 = x2 + xStride;
        byte* w1 = w + wStride;
        Vector256<float> a0 = Vector256<float>.Zero,
            a1 = a0,
            a2 = a0,
            a3 = a0;
        Vector256<float> b0 = a0,
            b1 = a0,
            b2 = a0,
            b3 = a0;
        for (int i = 0; i < count; i += 8)
        {
            long at = (long)i * T.Size;
            Vector256<float> row0 = T.Eight(w + at);
            Vector256<float> row1 = T.Eight(w1 + at);
            Vector256<float> token = Vector256.Load(x + i);
            a0 = Vector256.MultiplyAddEstimate(token, row0, a0);
            b0 = Vector256.MultiplyAddEstimate(token, row1, b0);
            token = Vector256.Load(x1 + i);
            a1 = Vector256.MultiplyAddEstimate(token, row0, a1);
            b1 = Vector256.MultiplyAddEstimate(token, row1, b1);
            token = Vector256.Load(x2 + i);
            a2 = Vector256.MultiplyAddEstimate(token, row0, a2);
            b2 = Vector256.MultiplyAddEstimate(token, row1, b2);
            token = Vector256.Load(x3 + i);
            a3 = Vector256.MultiplyAddEstimate(token, row0, a3);
            b3 = Vector256.MultiplyAddEstimate(token, row1, b3);
        }

        y[0] += Vector256.Sum(a0);
        y[1] += Vector256.Sum(b0);
        y[yStride] += Vector256.Sum(a1);
        y[yStride + 1] += Vector256.Sum(b1);
        y[2L * yStride] += Vector256.Sum(a2);
        y[(2L * yStride) + 1] += Vector256.Sum(b2);
        y[3L * yStride] += Vector256.Sum(a3);
        y[(3L * yStride) + 1] += Vector256.Sum(b3);
    }
}
