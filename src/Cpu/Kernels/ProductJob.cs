namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// <c>y[token, row] = x[token, :] · w[row, :]</c>, or added to what is there, for some rows of a weight. Every product is computed by one
/// thread in one order, so that it does not depend on how many there are.
/// </summary>
internal readonly unsafe struct ProductJob<T>(Matrix x, nint runs, int runCount, Matrix y, bool adds) : IJob
    where T : unmanaged, IElement
{
    // So much of four tokens fits into the first cache beside the rows.
    private const int Block = 1024;

    public void Run(int begin, int end)
    {
        RowRun* all = (RowRun*)runs;
        for (int run = RunOf(begin); begin < end; run++)
        {
            int stop = Math.Min(end, all[run].End);
            long stride = all[run].Stride;
            byte* start = all[run].Start + ((begin - all[run].First) * stride);
            if (x.Rows < DotTile.Tokens)
            {
                Few(start, stride, begin, stop - begin);
            }
            else
            {
                Many(start, stride, begin, stop - begin);
            }

            begin = stop;
        }
    }

    private int RunOf(int row)
    {
        RowRun* all = (RowRun*)runs;
        int low = 0;
        int high = runCount - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = all[middle].End > row ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Few(byte* w, long stride, int first, int count)
    {
        for (int row = 0; row < count; row++)
        {
            for (int token = 0; token < x.Rows; token++)
            {
                float product = Dot.Product<T>(x.Start + ((long)token * x.Stride), w + (row * stride), x.Columns);
                ref float to = ref y.Start[((long)token * y.Stride) + first + row];
                to = adds ? to + product : product;
            }
        }
    }

    private void Many(byte* w, long stride, int first, int count)
    {
        Matrix to = y.ColumnRange(first, count);
        if (!adds)
        {
            to.Clear();
        }

        for (int column = 0; column < x.Columns; column += Block)
        {
            TileProducts.Add<T>(
                x.ColumnRange(column, Math.Min(Block, x.Columns - column)),
                w + ((long)column * T.Size),
                stride,
                to
            );
        }
    }
}
