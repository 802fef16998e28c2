using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>Which elements of a weight share a scale.</summary>
/// <param name="Words">In words: <c>128 x 128</c>, <c>a row</c>.</param>
/// <param name="Rows">How rows do.</param>
/// <param name="Columns">How columns do.</param>
internal sealed record ScaleLayout(string Words, BlockAxis Rows, BlockAxis Columns)
{
    /// <summary>One scale for the whole matrix.</summary>
    public static ScaleLayout Matrix { get; } = new("a matrix", BlockAxis.Whole, BlockAxis.Whole);

    /// <summary>One scale for each row: each output of a linear layer.</summary>
    public static ScaleLayout Row { get; } = new("a row", BlockAxis.Of(1), BlockAxis.Whole);

    /// <summary>One scale for so many neighbours in a row.</summary>
    public static ScaleLayout Group(long size) => new($"{size}", BlockAxis.Of(1), BlockAxis.Of(size));

    /// <summary>One scale for a block of rows and columns.</summary>
    public static ScaleLayout Block(long rows, long columns) =>
        rows == 1 ? Group(columns) : new($"{rows} x {columns}", BlockAxis.Of(rows), BlockAxis.Of(columns));

    /// <summary>One scale for so many whole rows.</summary>
    public static ScaleLayout RowBlock(long rows) => new($"{rows} rows", BlockAxis.Of(rows), BlockAxis.Whole);

    /// <summary>The shape of the scales of a weight <c>[..., rows, columns]</c>.</summary>
    public Shape ShapeFor(Shape weight)
    {
        int rank = weight.Rank;
        return weight.With(rank - 2, Rows.Count(weight[rank - 2])).With(rank - 1, Columns.Count(weight[rank - 1]));
    }

    /// <summary>True when scales of that shape are these scales; dimensions of 1 at the end may be left out or put in.</summary>
    public bool Fits(Shape weight, Shape scales)
    {
        Shape expected = ShapeFor(weight);
        return expected == scales
            || Trimmed(expected) == Trimmed(scales)
            || (weight.Rank == 2 && scales == [expected[0], 1, expected[1], 1]); // as ModelOpt spells blocks
    }

    /// <summary>The scales as a grid over the weight.</summary>
    public ScaleGrid Grid(Shape weight, TensorView scales)
    {
        Shape shape = ShapeFor(weight);
        int rank = shape.Rank;
        return new(scales.Reshape([shape.CountBefore(rank - 2), shape[rank - 2], shape[rank - 1]]), Rows, Columns);
    }

    private static Shape Trimmed(Shape shape)
    {
        int rank = shape.Rank;
        while (rank > 0 && shape[rank - 1] == 1)
        {
            rank--;
        }

        return new(shape.AsSpan()[..rank]);
    }
}
