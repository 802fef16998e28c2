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
        if (x.Columns != w.Columns || y.Columns != w.Rows || x.Rows != y.Rows)
        {
            throw new ArgumentException(
                $"[{x.Rows}, {x.Columns}] times the transpose of [{w.Rows}, {w.Columns}] is not [{y.Rows}, {y.Columns}].",
                nameof(y)
            );
        }

        int rowBytes = w.Columns * (w.DType.BitCount() / 8);
        int grain = x.Rows < DotTile.Tokens ? Math.Max(1, LeastBytes / rowBytes) : LeastRows;
        switch (w.DType)
        {
            case DType.BF16:
                workers.Run(w.Rows, grain, new ProductJob<BrainElement>(x, w.Runs, w.RunCount, y, adds));
                break;
            case DType.F16:
                workers.Run(w.Rows, grain, new ProductJob<HalfElement>(x, w.Runs, w.RunCount, y, adds));
                break;
            default:
                workers.Run(w.Rows, grain, new ProductJob<SingleElement>(x, w.Runs, w.RunCount, y, adds));
                break;
        }
    }
}
