namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Numbers in rows, mostly a row for each token: a place in memory that somebody else owns, see <see cref="Scratch"/>.
/// </summary>
/// <param name="Data">The first number.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Columns">Numbers of a row.</param>
/// <param name="Stride">From a row to the next, in numbers.</param>
internal readonly unsafe record struct Matrix(nint Data, int Rows, int Columns, int Stride)
{
    /// <summary>The first number.</summary>
    public float* Start => (float*)Data;

    /// <summary>A row.</summary>
    public Span<float> this[int row] => new(Start + ((long)row * Stride), Columns);

    /// <summary>Some of the rows.</summary>
    public Matrix RowRange(int first, int count) =>
        this with
        {
            Data = (nint)(Start + ((long)first * Stride)),
            Rows = count,
        };

    /// <summary>Some of the columns.</summary>
    public Matrix ColumnRange(int first, int count) => this with { Data = (nint)(Start + first), Columns = count };

    /// <summary>The same numbers in other rows; they must lie without gaps.</summary>
    public Matrix Reshape(int rows, int columns) =>
        Stride == Columns && (long)rows * columns == (long)Rows * Columns
            ? new(Data, rows, columns, columns)
            : throw new ArgumentException($"{Rows} rows of {Columns} are not {rows} rows of {columns}.", nameof(rows));

    /// <summary>All numbers of a matrix without gaps.</summary>
    public Span<float> Flat =>
        Stride == Columns || Rows == 1
            ? new(Start, checked(Rows * Columns))
            : throw new InvalidOperationException("The matrix has gaps between its rows.");

    /// <summary>Sets all to zero.</summary>
    public void Clear()
    {
        for (int row = 0; row < Rows; row++)
        {
            this[row].Clear();
        }
    }

    /// <summary>Copies all numbers of a matrix of the same size.</summary>
    public void CopyFrom(Matrix other)
    {
        for (int row = 0; row < Rows; row++)
        {
            other[row].CopyTo(this[row]);
        }
    }
}
