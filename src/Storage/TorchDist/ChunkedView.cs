using System.Buffers;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A tensor, or a box of one, that is put together from chunks, each a view of its own.</summary>
public sealed class ChunkedView : TensorView
{
    private const int LargestScatter = 1 << 20;

    private readonly ChunkTable _table;
    private readonly Box _window; // the part of the table's tensor that this is
    private readonly long[] _strides; // in elements
    private readonly int _itemBytes;

    /// <summary>Puts chunks, which must tile <paramref name="shape"/>, together. Each view has the sizes of its box.</summary>
    public ChunkedView(DType dtype, Shape shape, IReadOnlyList<(Box Box, TensorView View)> chunks)
        : this(new ChunkTable(dtype, shape, chunks), Box.Whole(shape)) { }

    private ChunkedView(ChunkTable table, Box window)
        : base(table.DType, window.Sizes)
    {
        _table = table;
        _window = window;
        _strides = window.Sizes.RowMajorStrides();
        _itemBytes = table.DType.BitCount() / 8;
    }

    /// <summary>A part of the tensor is often a part of one chunk, and then needs nothing else.</summary>
    protected internal override TensorView Cut(Box box)
    {
        Box window = box.MovedBy(_window.Offsets);
        return _table.Single(window) ?? new ChunkedView(_table, window);
    }

    /// <summary>Chunks that divide the outermost dimension alone lie one behind the other.</summary>
    protected internal override bool Locate(long offset, long length, FileRuns runs)
    {
        if (offset != 0 || length != ByteCount)
        {
            return false;
        }

        List<(Box Box, TensorView View)> parts = _table.Parts(_window);
        parts.Sort((a, b) => a.Box.Offsets[0].CompareTo(b.Box.Offsets[0]));
        return parts.TrueForAll(part =>
            part.Box.Sizes.Skip(1) == Shape.Skip(1) && part.View.Locate(0, part.View.ByteCount, runs)
        );
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        long element = offset / _itemBytes;
        while (!destination.IsEmpty)
        {
            Box block = FirstBlock(element, destination.Length / _itemBytes);
            int length = (int)block.Sizes.ElementCount * _itemBytes;
            foreach ((Box box, TensorView view) in _table.Parts(block.MovedBy(_window.Offsets)))
            {
                Copy(view, box, block.Sizes, destination[..length]);
            }

            element += block.Sizes.ElementCount;
            destination = destination[length..];
        }
    }

    /// <summary>The largest box whose elements follow each other from <paramref name="element"/> on.</summary>
    private Box FirstBlock(long element, long count)
    {
        long[] offsets = new long[Shape.Rank];
        long[] sizes = new long[Shape.Rank];
        Array.Fill(sizes, 1);
        for (int axis = 0; axis < offsets.Length; axis++)
        {
            (offsets[axis], element) = Math.DivRem(element, _strides[axis]);
        }

        for (int axis = offsets.Length - 1; axis >= 0; axis--)
        {
            sizes[axis] = Math.Min(Shape[axis] - offsets[axis], count / _strides[axis]);

            // The dimension outside goes on only when this one is wholly taken.
            if (axis == 0 || offsets[axis] > 0 || sizes[axis] < Shape[axis] || count < _strides[axis - 1])
            {
                break;
            }
        }

        return new(new Shape(offsets), new Shape(sizes));
    }

    /// <summary>Reads <paramref name="source"/> into the part <paramref name="target"/> of a row-major block.</summary>
    private void Copy(TensorView source, Box target, Shape block, Span<byte> destination)
    {
        // The innermost dimensions that are taken whole make one run.
        int runAxis = block.Rank - 1;
        while (runAxis > 0 && target.Sizes[runAxis] == block[runAxis])
        {
            runAxis--;
        }

        long runCount = runAxis < 0 ? 1 : target.Sizes.CountBefore(runAxis);
        int runBytes = (int)(source.ByteCount / runCount);
        long[] strides = block.RowMajorStrides();
        int together = (int)Math.Clamp(LargestScatter / runBytes, 1, runCount);
        if (together == 1)
        {
            for (long run = 0; run < runCount; run++)
            {
                int position = (int)PositionOfRun(run, runAxis, target, strides) * _itemBytes;
                source.Read(run * runBytes, destination.Slice(position, runBytes));
            }

            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(together * runBytes);
        try
        {
            for (long first = 0; first < runCount; first += together)
            {
                int count = (int)Math.Min(together, runCount - first);
                source.Read(first * runBytes, buffer.AsSpan(0, count * runBytes));
                for (int i = 0; i < count; i++)
                {
                    int position = (int)PositionOfRun(first + i, runAxis, target, strides) * _itemBytes;
                    buffer.AsSpan(i * runBytes, runBytes).CopyTo(destination[position..]);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long PositionOfRun(long run, int runAxis, Box target, long[] strides)
    {
        long position = runAxis < 0 ? 0 : target.Offsets[runAxis] * strides[runAxis];
        for (int axis = runAxis - 1; axis >= 0; axis--)
        {
            (run, long index) = Math.DivRem(run, target.Sizes[axis]);
            position += (target.Offsets[axis] + index) * strides[axis];
        }

        return position;
    }
}
