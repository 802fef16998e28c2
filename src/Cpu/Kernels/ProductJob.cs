namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// <c>y[token, row] = x[token, :] · w[firstRow + row, :]</c>, or added to what is there, for some rows of a weight. Every product is computed
/// by one thread in one order, so that it does not depend on how many there are.
/// </summary>
internal readonly unsafe struct ProductJob(Matrix x, RowRuns rows, int firstRow, Matrix y, bool adds) : IElementJob
{
    // So much of four tokens fits into the first cache beside the rows.
    private const int Block = 1024;

    public void Run<T>(int begin, int end)
        where T : unmanaged, IElement
    {
        int row = firstRow + begin;
        for (int i = rows.IndexOf(row); row < firstRow + end; i++)
        {
            RowRun run = rows.Cut(i, row, firstRow + end);
            Matrix to = y.ColumnRange(row - firstRow, run.End - row);
            if (x.Rows < DotTile.Tokens)
            {
                Few<T>(run.Start, run.Stride, to);
            }
            else
            {
                Many<T>(run.Start, run.Stride, to);
            }

            row = run.End;
        }
    }

    private void Few<T>(byte* w, long stride, Matrix to)
        where T : unmanaged, IElement
    {
        for (int row = 0; row < to.Columns; row++)
        {
            for (int token = 0; token < x.Rows; token++)
            {
                float product = Dot.Product<T>(x.Start + ((long)token * x.Stride), w + (row * stride), x.Columns);
                ref float sum = ref to.Start[((long)token * to.Stride) + row];
                sum = adds ? sum + product : product;
            }
        }
    }

    private void Many<T>(byte* w, long stride, Matrix to)
        where T : unmanaged, IElement
    {
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
