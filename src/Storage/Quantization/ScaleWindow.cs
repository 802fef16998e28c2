using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>The scales of a few neighbouring rows, in memory.</summary>
internal sealed class ScaleWindow : IDisposable
{
    private const int Segment = 1024; // columns whose scales are picked one by one

    private readonly ScaleGrid _grid;
    private readonly long _rows; // of one matrix
    private readonly int _columns; // scales of a row of blocks
    private readonly float[]? _factors;
    private float[] _scales = [];
    private float[] _zeros = [];
    private long _first; // row of blocks, counted over all matrices

    public ScaleWindow(ScaleGrid grid, long rows)
    {
        _grid = grid;
        _rows = rows;
        _columns = checked((int)grid.Scales.Shape[2]);
        if (grid.Factor is { } factor)
        {
            _factors = MemoryMarshal.Cast<byte, float>(factor.ToArray()).ToArray();
        }
    }

    /// <summary>Reads what the rows need, which are counted over all matrices.</summary>
    public void Load(long firstRow, long lastRow)
    {
        _first = BlockRow(firstRow);
        int blocks = checked((int)(BlockRow(lastRow) - _first + 1));
        int count = checked(blocks * _columns);
        Grow(ref _scales, count);
        Grow(ref _zeros, count);
        Read(_grid.Scales, _scales.AsSpan(0, count));
        if (_grid.Zeros is { } zeros)
        {
            Read(zeros, _zeros.AsSpan(0, count));
            Scaling.Apply(_zeros.AsSpan(0, count), -_grid.Zero, 1);
        }
        else
        {
            _zeros.AsSpan(0, count).Fill(_grid.Zero);
        }

        for (int block = 0; _factors is not null && block < blocks; block++)
        {
            long matrix = (_first + block) / _grid.Scales.Shape[1];
            Multiply(_scales.AsSpan(block * _columns, _columns), _factors[_factors.Length == 1 ? 0 : matrix]);
        }
    }

    /// <summary>The scale of an element of a row that was loaded, and how many elements from there on have the same.</summary>
    public (float Scale, long Run) ScaleAt(long row, long column) =>
        (
            _scales[((int)(BlockRow(row) - _first) * _columns) + (int)_grid.Columns.BlockOf(column)],
            _grid.Columns.RunFrom(column)
        );

    /// <summary>Makes numbers of the codes from a column on of a row that was loaded.</summary>
    public void Apply(long row, long column, Span<float> codes)
    {
        int begin = (int)(BlockRow(row) - _first) * _columns;
        ReadOnlySpan<float> scales = _scales.AsSpan(begin, _columns);
        ReadOnlySpan<float> zeros = _zeros.AsSpan(begin, _columns);
        if (_grid.Columns.IsListed)
        {
            ApplyListed(scales, zeros, column, codes);
            return;
        }

        while (!codes.IsEmpty)
        {
            int block = (int)_grid.Columns.BlockOf(column);
            int run = (int)Math.Min(codes.Length, _grid.Columns.RunFrom(column));
            Scaling.Apply(codes[..run], zeros[block], scales[block]);
            codes = codes[run..];
            column += run;
        }
    }

    public void Dispose()
    {
        Grow(ref _scales, 0);
        Grow(ref _zeros, 0);
    }

    private void ApplyListed(ReadOnlySpan<float> scales, ReadOnlySpan<float> zeros, long column, Span<float> codes)
    {
        Span<float> ownScales = stackalloc float[Segment];
        Span<float> ownZeros = stackalloc float[Segment];
        while (!codes.IsEmpty)
        {
            int count = Math.Min(codes.Length, Segment);
            for (int i = 0; i < count; i++)
            {
                int block = (int)_grid.Columns.BlockOf(column + i);
                ownScales[i] = scales[block];
                ownZeros[i] = zeros[block];
            }

            Scaling.Apply(codes[..count], ownZeros, ownScales);
            codes = codes[count..];
            column += count;
        }
    }

    private long BlockRow(long row)
    {
        (long matrix, long inMatrix) = Math.DivRem(row, _rows);
        return (matrix * _grid.Scales.Shape[1]) + _grid.Rows.BlockOf(inMatrix);
    }

    private void Read(TensorView values, Span<float> destination)
    {
        int itemBytes = values.DType.BitCount() / 8;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(destination.Length * itemBytes);
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, destination.Length * itemBytes);
            values.Read(_first * _columns * itemBytes, bytes);
            if (values.DType == DType.U8 && ReferenceEquals(values, _grid.Scales))
            {
                ToPowers(bytes, destination);
            }
            else if (itemBytes == 1)
            {
                CodeCast.ToSingle(values.DType, bytes, destination);
            }
            else
            {
                FloatCast.Convert(values.DType, bytes, DType.F32, MemoryMarshal.AsBytes(destination));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Exponents without a type of their own: 255 is one more than the largest, as torch has it, and no NaN.</summary>
    private static void ToPowers(ReadOnlySpan<byte> exponents, Span<float> powers)
    {
        CodeCast.ToSingle(DType.F8E8M0, exponents, powers);
        for (int i = exponents.IndexOf(byte.MaxValue); i >= 0 && i < exponents.Length; i++)
        {
            powers[i] = exponents[i] == byte.MaxValue ? float.PositiveInfinity : powers[i];
        }
    }

    private void Multiply(Span<float> scales, float factor)
    {
        foreach (ref float scale in scales)
        {
            scale = _grid.Divides ? scale / factor : scale * factor;
        }
    }

    private static void Grow(ref float[] array, int count)
    {
        if (count == 0 || array.Length < count)
        {
            if (array.Length > 0)
            {
                ArrayPool<float>.Shared.Return(array);
            }

            array = count == 0 ? [] : ArrayPool<float>.Shared.Rent(count);
        }
    }
}
