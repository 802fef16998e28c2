namespace MegatronBridge.Cpu.Kernels;

/// <summary>Products of all rows of one matrix with all rows of another, put together from tiles.</summary>
internal static unsafe class TileProducts
{
    /// <summary>Adds <c>x[i, :] · w[j, :]</c> to <c>y[i, j]</c>.</summary>
    /// <param name="x">Float32 rows.</param>
    /// <param name="w">First element of the other rows, which are as long.</param>
    /// <param name="stride">Bytes from one of them to the next.</param>
    /// <param name="y">As many rows as x has, as many columns as there are others.</param>
    public static void Add<T>(Matrix x, byte* w, long stride, Matrix y)
        where T : unmanaged, IElement
    {
        int width = x.Columns - (x.Columns % DotTile.Step);
        int tiled = y.Columns - (y.Columns % DotTile.Rows);
        for (int token = 0; token < x.Rows; token += DotTile.Tokens)
        {
            int tokens = Math.Min(DotTile.Tokens, x.Rows - token);
            Matrix from = x.RowRange(token, tokens);
            Matrix to = y.RowRange(token, tokens);
            if (tokens < DotTile.Tokens)
            {
                AddEach<T>(from, w, stride, to);
                continue;
            }

            for (int row = 0; row < tiled; row += DotTile.Rows)
            {
                DotTile.Add<T>(from.Start, x.Stride, w + (row * stride), stride, width, to.Start + row, y.Stride);
            }

            if (width < x.Columns && tiled > 0)
            {
                Matrix rest = from.ColumnRange(width, x.Columns - width);
                AddEach<T>(rest, w + ((long)width * T.Size), stride, to.ColumnRange(0, tiled));
            }

            AddEach<T>(from, w + (tiled * stride), stride, to.ColumnRange(tiled, y.Columns - tiled));
        }
    }

    private static void AddEach<T>(Matrix x, byte* w, long stride, Matrix y)
        where T : unmanaged, IElement
    {
        for (int row = 0; row < y.Columns; row++)
        {
            for (int token = 0; token < x.Rows; token++)
            {
                y.Start[((long)token * y.Stride) + row] += Dot.Product<T>(
                    x.Start + ((long)token * x.Stride),
                    w + (row * stride),
                    x.Columns
                );
            }
        }
    }
}
