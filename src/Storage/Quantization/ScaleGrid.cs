using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>The scales of one or several matrices of one shape, one for each block of rows and columns.</summary>
public sealed record ScaleGrid
{
    /// <summary>Makes a grid that must fit a tensor <c>[..., rows, columns]</c>.</summary>
    /// <param name="scales">
    /// The scales <c>[matrices, blocks of rows, blocks of columns]</c>: F32, BF16, F16, F8_E4M3, F8_E8M0, or U8 for powers of two with
    /// a bias of 127.
    /// </param>
    /// <param name="rows">How rows share scales.</param>
    /// <param name="columns">How columns do.</param>
    public ScaleGrid(TensorView scales, BlockAxis rows, BlockAxis columns)
    {
        if (scales.Shape.Rank != 3 || !CanScale(scales.DType))
        {
            throw new ArgumentException($"{scales} is no grid of scales.", nameof(scales));
        }

        Scales = scales;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>The scales <c>[matrices, blocks of rows, blocks of columns]</c>.</summary>
    public TensorView Scales { get; private init; }

    /// <summary>How rows share scales.</summary>
    public BlockAxis Rows { get; private init; }

    /// <summary>How columns share scales.</summary>
    public BlockAxis Columns { get; private init; }

    /// <summary>What is taken from each code, before the scale: of the shape of the scales, I8 or U8; null for none.</summary>
    public TensorView? Zeros { get; init; }

    /// <summary>What is taken from each code beside that.</summary>
    public float Zero { get; init; }

    /// <summary>F32 <c>[1]</c>, or <c>[matrices]</c>: a scale of the scales; null for none.</summary>
    public TensorView? Factor { get; init; }

    /// <summary>True when the scales are divided by <see cref="Factor"/>, false when they are multiplied.</summary>
    public bool Divides { get; init; }

    /// <summary>True for the types that scales may have.</summary>
    public static bool CanScale(DType dtype) =>
        dtype is DType.F32 or DType.BF16 or DType.F16 or DType.F8E4M3 or DType.F8E8M0 or DType.U8;

    /// <summary>The shape of the scales of so many matrices of a shape.</summary>
    public Shape ShapeFor(long matrices, long rows, long columns) =>
        [
            matrices,
            Rows.Count(rows),
            Columns.IsListed ? Math.Max(Scales.Shape[2], Columns.Count(columns)) : Columns.Count(columns),
        ];

    /// <summary>The grid of a part of the matrices; no size is zero.</summary>
    internal ScaleGrid Cut(Box box)
    {
        (BlockAxis rows, long firstRow, long rowCount) = Rows.Cut(box.Offsets[1], box.Sizes[1], Scales.Shape[1]);
        (BlockAxis columns, long firstColumn, long columnCount) = Columns.Cut(
            box.Offsets[2],
            box.Sizes[2],
            Scales.Shape[2]
        );
        Box blocks = new([box.Offsets[0], firstRow, firstColumn], [box.Sizes[0], rowCount, columnCount]);
        return this with
        {
            Scales = Scales.Slice(blocks),
            Zeros = Zeros?.Slice(blocks),
            Factor = Factor?.Shape.ElementCount > 1 ? Factor.Slice(0, box.Offsets[0], box.Sizes[0]) : Factor,
            Rows = rows,
            Columns = columns,
        };
    }
}
