using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>
/// The numbers that codes of one byte and their scales stand for, reckoned as they are read: (code - zero point) * scale in
/// single precision, then rounded to the type of the view, to nearest even.
/// </summary>
public sealed class DequantizedView : TensorView
{
    private const int LargestRead = 512 << 10;
    private const int Segment = 2048; // numbers on their way, small enough for the fastest cache

    private readonly TensorView _codes;
    private readonly ScaleGrid _grid;
    private readonly long _rows; // of one matrix
    private readonly long _columns;
    private readonly bool _isDirect; // the plain case has a kernel of its own

    /// <summary>Joins codes <c>[..., rows, columns]</c> of F8_E4M3, F8_E5M2, I8 or U8 with a grid that fits them.</summary>
    public DequantizedView(TensorView codes, ScaleGrid grid, DType dtype)
        : base(dtype, codes.Shape)
    {
        int rank = codes.Shape.Rank;
        if (rank < 2 || !CodeCast.CanRead(codes.DType) || !dtype.IsWideFloat())
        {
            throw new ArgumentException($"{codes} cannot be made numbers of {dtype}.", nameof(codes));
        }

        _codes = codes;
        _grid = grid;
        _rows = codes.Shape[rank - 2];
        _columns = codes.Shape[rank - 1];
        _isDirect =
            (codes.DType, dtype) == (DType.F8E4M3, DType.BF16)
            && grid is { Zeros: null, Zero: 0, Columns.IsListed: false };
        Shape expected = grid.ShapeFor(codes.Shape.CountBefore(rank - 2), _rows, _columns);
        if (grid.Scales.Shape != expected || (grid.Zeros is { } zeros && zeros.Shape != expected))
        {
            throw new ArgumentException(
                $"{codes} needs scales {expected}, not {grid.Scales} and zero points {grid.Zeros}.",
                nameof(grid)
            );
        }
    }

    /// <inheritdoc/>
    protected internal override TensorView Cut(Box box)
    {
        int leading = Shape.Rank - 2;
        if (leading > 1 || box.Sizes.ElementCount == 0)
        {
            return base.Cut(box);
        }

        Box matrices = leading == 1 ? box : new([0, box.Offsets[0], box.Offsets[1]], [1, box.Sizes[0], box.Sizes[1]]);
        return new DequantizedView(_codes.Slice(box), _grid.Cut(matrices), DType);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int itemBytes = DType.BitCount() / 8;
        long element = offset / itemBytes;
        byte[] codes = ArrayPool<byte>.Shared.Rent(Math.Min(destination.Length / itemBytes, LargestRead));
        using ScaleWindow window = new(_grid, _rows);
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(destination.Length / itemBytes, LargestRead);
                _codes.Read(element, codes.AsSpan(0, count));
                window.Load(element / _columns, (element + count - 1) / _columns);
                Span<byte> numbers = destination[..(count * itemBytes)];
                if (_isDirect)
                {
                    ToBrain(window, element, codes.AsSpan(0, count), MemoryMarshal.Cast<byte, ushort>(numbers));
                }
                else
                {
                    Dequantize(window, element, codes.AsSpan(0, count), numbers);
                }

                element += count;
                destination = destination[(count * itemBytes)..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(codes);
        }
    }

    private void ToBrain(ScaleWindow window, long element, ReadOnlySpan<byte> codes, Span<ushort> destination)
    {
        (long row, long column) = Math.DivRem(element, _columns);
        while (!codes.IsEmpty)
        {
            (float scale, long run) = window.ScaleAt(row, column);
            int count = (int)Math.Min(Math.Min(run, codes.Length), _columns - column);
            CodeCast.ToBrain(codes[..count], scale, destination);
            codes = codes[count..];
            destination = destination[count..];
            column += count;
            if (column == _columns)
            {
                column = 0;
                row++;
            }
        }
    }

    private void Dequantize(ScaleWindow window, long element, ReadOnlySpan<byte> codes, Span<byte> destination)
    {
        int itemBytes = DType.BitCount() / 8;
        Span<float> numbers = stackalloc float[Segment];
        while (!codes.IsEmpty)
        {
            (long row, long column) = Math.DivRem(element, _columns);
            int count = (int)Math.Min(Math.Min(codes.Length, Segment), _columns - column);
            CodeCast.ToSingle(_codes.DType, codes[..count], numbers);
            window.Apply(row, column, numbers[..count]);
            FloatCast.Convert(
                DType.F32,
                MemoryMarshal.AsBytes(numbers[..count]),
                DType,
                destination[..(count * itemBytes)]
            );
            element += count;
            codes = codes[count..];
            destination = destination[(count * itemBytes)..];
        }
    }
}
