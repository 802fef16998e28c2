using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Products of tokens and weights: what linear layers are made of.</summary>
internal static class Product
{
    // A thread takes at least so many bytes of the weight at a time.
    private const int LeastBytes = 32 << 10;
    private const int LeastRows = 32;

    /// <summary>
    /// <c>y = x · wᵀ</c>, or <c>y += x · wᵀ</c>: x <c>[tokens, columns]</c>, w <c>[rows, columns]</c>, y <c>[tokens, rows]</c>.
    /// </summary>
    public static void Run(Workers workers, Matrix x, Weight w, Matrix y, bool adds = false)
    {
        if (y.Columns != w.Rows)
        {
            throw Mismatch(x, w, y);
        }

        RunRows(workers, x, w, 0, y, adds);
    }

    /// <summary>The same with as many rows of w as y has columns, from <paramref name="firstRow"/> on.</summary>
    public static void RunRows(Workers workers, Matrix x, Weight w, int firstRow, Matrix y, bool adds = false)
    {
        if (x.Columns != w.Columns || firstRow + y.Columns > w.Rows || x.Rows != y.Rows)
        {
            throw Mismatch(x, w, y);
        }

        int rowBytes = w.Columns * (w.DType.BitCount() / 8);
        int grain = x.Rows < DotTile.Tokens ? Math.Max(1, LeastBytes / rowBytes) : LeastRows;
        workers.Run(y.Columns, grain, w.DType, new ProductJob(x, w.Runs, firstRow, y, adds));
    }

    private static ArgumentException Mismatch(Matrix x, Weight w, Matrix y) =>
        new(
            $"[{x.Rows}, {x.Columns}] times the transpose of [{w.Rows}, {w.Columns}] is not [{y.Rows}, {y.Columns}].",
            nameof(y)
        );
}
