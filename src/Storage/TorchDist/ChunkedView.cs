using System.Buffers;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A tensor that is put together from chunks, each a view of its own, in any arrangement that tiles it.</summary>
public sealed class ChunkedView : TensorView
{
    private const int LargestScatter = 1 << 20;

    private readonly Box[] _boxes;
    private readonly TensorView[] _chunks;
    private readonly ChunkGrid? _grid;
    private readonly long[] _strides; // in elements
    private readonly int _itemBytes;

    /// <summary>Puts the chunks, which must tile <paramref name="shape"/>, together. Each view has the sizes of its box.</summary>
    public ChunkedView(DType dtype, Shape shape, IReadOnlyList<(Box Box, TensorView View)> chunks)
        : base(dtype, shape)
    {
        chunks = [.. chunks.Where(chunk => chunk.Box.Sizes.ElementCount > 0)];
        _boxes = [.. chunks.Select(chunk => chunk.Box)];
        _chunks = [.. chunks.Select(chunk => chunk.View)];
        _strides = shape.RowMajorStrides();
        _itemBytes = dtype.BitCount() / 8;
        foreach ((Box box, TensorView view) in chunks)
        {
            if (view.Shape != box.Sizes || view.DType != dtype || !box.IsInside(shape))
            {
                throw new ArgumentException($"{view} is no chunk {box} of {this}.", nameof(chunks));
            }
        }

        _grid = ChunkGrid.Find(shape, _boxes);
        if (_grid is null && Tiling.FindFault(shape, _boxes) is string fault)
        {
            throw new ArgumentException($"The chunks do not tile {this}: {fault}.", nameof(chunks));
        }
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        long element = offset / _itemBytes;
        while (!destination.IsEmpty)
        {
            Box block = FirstBlock(element, destination.Length / _itemBytes);
            int length = (int)block.Sizes.ElementCount * _itemBytes;
            Read(block, destination[..length]);
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
        bool isOpen = true; // the dimensions inside the present one begin at 0 and are wholly wanted
        long rest = element;
        for (int axis = 0; axis < offsets.Length; axis++)
        {
            (offsets[axis], rest) = Math.DivRem(rest, _strides[axis]);
        }

        for (int axis = offsets.Length - 1; axis >= 0 && isOpen; axis--)
        {
            sizes[axis] = Math.Min(Shape[axis] - offsets[axis], count / _strides[axis]);
            isOpen = offsets[axis] == 0 && sizes[axis] == Shape[axis] && axis > 0 && count / _strides[axis - 1] > 0;
        }

        return new(new Shape(offsets), new Shape(sizes));
    }

    /// <summary>A part of the tensor needs only the chunks that it touches, often a single one.</summary>
    protected internal override TensorView Cut(Box box)
    {
        List<(Box Box, TensorView View)> parts = Parts(box);
        return parts.Count == 1 ? parts[0].View : new ChunkedView(DType, box.Sizes, parts);
    }

    private void Read(Box block, Span<byte> destination)
    {
        foreach ((Box box, TensorView view) in Parts(block))
        {
            Copy(view, box, block.Sizes, destination);
        }
    }

    /// <summary>What the chunks have of <paramref name="box"/>, and where in the box it lies.</summary>
    private List<(Box Box, TensorView View)> Parts(Box box)
    {
        List<(Box Box, TensorView View)> parts = [];
        foreach (int chunk in _grid?.Touched(box) ?? Enumerable.Range(0, _boxes.Length))
        {
            if (_boxes[chunk].Intersect(box) is Box part)
            {
                parts.Add((part.RelativeTo(box), _chunks[chunk].Slice(part.RelativeTo(_boxes[chunk]))));
            }
        }

        return parts;
    }

    /// <summary>Reads <paramref name="source"/> into the part <paramref name="target"/> of a row-major block.</summary>
    private void Copy(TensorView source, Box target, Shape block, Span<byte> destination)
    {
        // The innermost dimensions that are taken whole make one run.
        int axis = block.Rank - 1;
        while (axis > 0 && target.Sizes[axis] == block[axis])
        {
            axis--;
        }

        if (axis < 0)
        {
            source.Read(0, destination);
            return;
        }

        long[] strides = block.RowMajorStrides();
        int runBytes = (int)(target.Sizes[axis] * strides[axis] * _itemBytes);
        long runCount = target.Sizes.CountBefore(axis);
        int together = (int)Math.Clamp(LargestScatter / runBytes, 1, runCount);
        byte[]? buffer = together > 1 ? ArrayPool<byte>.Shared.Rent(together * runBytes) : null;
        try
        {
            for (long run = 0; run < runCount; run += together)
            {
                int count = (int)Math.Min(together, runCount - run);
                if (buffer is not null)
                {
                    source.Read(run * runBytes, buffer.AsSpan(0, count * runBytes));
                }

                for (int i = 0; i < count; i++)
                {
                    int position = (int)(PositionOfRun(run + i, axis, target, strides) * _itemBytes);
                    Span<byte> place = destination.Slice(position, runBytes);
                    if (buffer is null)
                    {
                        source.Read(run * runBytes, place);
                    }
                    else
                    {
                        buffer.AsSpan(i * runBytes, runBytes).CopyTo(place);
                    }
                }
            }
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static long PositionOfRun(long run, int runAxis, Box target, long[] strides)
    {
        long position = target.Offsets[runAxis] * strides[runAxis];
        for (int axis = runAxis - 1; axis >= 0; axis--)
        {
            (run, long index) = Math.DivRem(run, target.Sizes[axis]);
            position += (target.Offsets[axis] + index) * strides[axis];
        }

        return position;
    }
}
