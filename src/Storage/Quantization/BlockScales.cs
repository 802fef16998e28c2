using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>The scales that a weight needs to be rounded to codes, found by reading it.</summary>
internal sealed class BlockScales
{
    private const int Segment = 4096; // numbers on their way

    private readonly TensorView _weight;
    private readonly CodeForm _form;
    private readonly DType _scaleType;
    private readonly BlockAxis _columnBlocks;
    private readonly BlockAxis _rowBlocks;
    private readonly long _rows; // of one matrix
    private readonly long _columns;
    private readonly Lock _gate = new();
    private WeakReference<float[]>? _all; // of blocks of several rows, which would otherwise be read again for each row

    public BlockScales(TensorView weight, BlockAxis rowBlocks, BlockAxis columnBlocks, CodeForm form, DType scaleType)
    {
        int rank = weight.Shape.Rank;
        _weight = weight;
        _form = form;
        _scaleType = scaleType;
        _rowBlocks = rowBlocks;
        _columnBlocks = columnBlocks;
        _rows = weight.Shape[rank - 2];
        _columns = weight.Shape[rank - 1];
        BlockRows = rowBlocks.Count(_rows);
        BlockColumns = checked((int)columnBlocks.Count(_columns));
    }

    /// <summary>Rows of blocks of one matrix.</summary>
    public long BlockRows { get; }

    /// <summary>Blocks in a row.</summary>
    public int BlockColumns { get; }

    /// <summary>The row of blocks of a row; both are counted over all matrices.</summary>
    public long BlockRowOf(long row)
    {
        (long matrix, long inMatrix) = Math.DivRem(row, _rows);
        return (matrix * BlockRows) + _rowBlocks.BlockOf(inMatrix);
    }

    /// <summary>The block of a column, and how many columns from this one on are in it.</summary>
    public (int Block, long Run) ColumnBlock(long column) =>
        ((int)_columnBlocks.BlockOf(column), _columnBlocks.RunFrom(column));

    /// <summary>The scales of some rows of blocks.</summary>
    public float[] Read(long firstBlockRow, int count)
    {
        if (BlockRows == _rows)
        {
            return Reckon(firstBlockRow, count);
        }

        lock (_gate)
        {
            if (_all?.TryGetTarget(out float[]? all) != true)
            {
                all = Reckon(0, checked((int)(_weight.Shape.CountBefore(_weight.Shape.Rank - 2) * BlockRows)));
                _all = new(all);
            }

            return all![(int)(firstBlockRow * BlockColumns)..(int)((firstBlockRow + count) * BlockColumns)];
        }
    }

    private float[] Reckon(long firstBlockRow, int count)
    {
        float[] scales = new float[checked(count * BlockColumns)];
        for (int i = 0; i < count; i++)
        {
            (long matrix, long block) = Math.DivRem(firstBlockRow + i, BlockRows);
            Span<float> largest = scales.AsSpan(i * BlockColumns, BlockColumns);
            long first = block == 0 ? 0 : FirstRowOf(block);
            long next = Math.Min(_rows, block + 1 == BlockRows ? _rows : FirstRowOf(block + 1));
            Largest((matrix * _rows) + first, next - first, largest);
            foreach (ref float scale in largest)
            {
                scale = _form.ScaleOf(scale, _scaleType);
            }
        }

        return scales;
    }

    private long FirstRowOf(long block) => block * _rowBlocks.RunFrom(0);

    /// <summary>The largest magnitude of each block of columns in some rows.</summary>
    private void Largest(long firstRow, long rows, Span<float> largest)
    {
        int itemBytes = _weight.DType.BitCount() / 8;
        byte[] bytes = ArrayPool<byte>.Shared.Rent((1 << 20) + (Segment * itemBytes));
        float[] numbers = new float[Segment];
        try
        {
            long element = firstRow * _columns;
            long end = (firstRow + rows) * _columns;
            while (element < end)
            {
                int count = (int)Math.Min(end - element, (1 << 20) / itemBytes);
                Span<byte> read = bytes.AsSpan(0, count * itemBytes);
                _weight.Read(element * itemBytes, read);
                for (int done = 0; done < count; )
                {
                    long column = (element + done) % _columns;
                    (int block, long run) = ColumnBlock(column);
                    int length = (int)Math.Min(Math.Min(run, _columns - column), Math.Min(Segment, count - done));
                    FloatCast.Convert(
                        _weight.DType,
                        read.Slice(done * itemBytes, length * itemBytes),
                        DType.F32,
                        MemoryMarshal.AsBytes(numbers.AsSpan(0, length))
                    );
                    largest[block] = Larger(largest[block], numbers.AsSpan(0, length));
                    done += length;
                }

                element += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    // NaN stays NaN.
    private static float Larger(float largest, ReadOnlySpan<float> numbers)
    {
        Vector512<float> maxima = Vector512.Create(largest);
        int i = 0;
        for (; i <= numbers.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            maxima = Vector512.Max(maxima, Vector512.Abs(Vector512.Create(numbers[i..])));
        }

        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            largest = Math.Max(largest, maxima[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(numbers[i]));
        }

        return largest;
    }
}
