using System.Buffers;
using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor with its dimensions in another order, rearranged block by block as it is read.</summary>
public sealed class PermuteView : TensorView
{
    // A block needs all rows of the base that it has elements of: the larger it is, the longer are the runs that it reads.
    private const int BlockBytes = 8 << 20;

    // An innermost dimension of the base up to this size is read whole, though only a part is wanted.
    private const int SmallestRunBytes = 64;

    private readonly TensorView _base;
    private readonly int[] _axes; // [i] is the dimension of the base that is dimension i here
    private readonly int _itemBytes;
    private readonly int _wholeRun; // elements of the base's innermost dimension if that is read whole, else 1

    /// <summary>Reorders <paramref name="tensor"/>: dimension i of the view is dimension <paramref name="axes"/>[i] of it.</summary>
    public PermuteView(TensorView tensor, params IReadOnlyList<int> axes)
        : base(tensor.DType, Reorder(tensor, axes))
    {
        _base = tensor;
        _axes = [.. axes];
        _itemBytes = tensor.DType.BitCount() / 8;
        long run = tensor.Shape.Rank == 0 ? 1 : tensor.Shape[tensor.Shape.Rank - 1];
        _wholeRun = run * _itemBytes <= SmallestRunBytes ? (int)Math.Max(1, run) : 1;
    }

    /// <summary>The dimensions in another order again: that of both steps at once.</summary>
    internal TensorView PermuteAgain(IReadOnlyList<int> axes)
    {
        int[] both = [.. axes.Select(axis => _axes[axis])];
        return both.AsSpan().SequenceEqual([.. Enumerable.Range(0, both.Length)])
            ? _base
            : new PermuteView(_base, both);
    }

    /// <summary>The view of another shape that only divides dimensions, as a view of the base divided likewise; else null.</summary>
    internal TensorView? Divide(Shape shape)
    {
        List<int>[] parts = [.. _axes.Select(_ => new List<int>())]; // of each dimension of the base, those of the shape
        int next = 0;
        for (int axis = 0; axis < _axes.Length; axis++)
        {
            for (long size = 1; size < Shape[axis]; size *= shape[next++])
            {
                if (next == shape.Rank || shape[next] == 0 || Shape[axis] % (size * shape[next]) != 0)
                {
                    return null;
                }

                parts[_axes[axis]].Add(next);
            }
        }

        parts[^1].AddRange(Enumerable.Range(next, shape.Rank - next));
        int[] order = [.. parts.SelectMany(part => part)];
        TensorView divided = _base.Reshape([.. order.Select(axis => shape[axis])]);
        return new PermuteView(
            divided,
            [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))]
        );
    }

    /// <inheritdoc/>
    protected internal override TensorView Cut(Box box) => new PermuteView(_base.Slice(InBase(box)), _axes);

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        long element = offset / _itemBytes;
        while (!destination.IsEmpty)
        {
            Box box = BlockAt(element, Math.Min(destination.Length, BlockBytes / _wholeRun) / _itemBytes);
            Span<byte> block = destination[..(int)(box.Sizes.ElementCount * _itemBytes)];
            ReadBlock(box, block);
            element += box.Sizes.ElementCount;
            destination = destination[block.Length..];
        }
    }

    private static Shape Reorder(TensorView tensor, IReadOnlyList<int> axes)
    {
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, tensor.Shape.Rank)) || tensor.DType.BitCount() % 8 != 0)
        {
            throw new ArgumentException($"{tensor} cannot be permuted by ({string.Join(", ", axes)}).", nameof(axes));
        }

        return new([.. axes.Select(axis => tensor.Shape[axis])]);
    }

    /// <summary>The largest box that begins at an element, lies together in the view and has at most so many elements.</summary>
    private Box BlockAt(long element, long atMost)
    {
        long[] offsets = new long[Shape.Rank];
        long[] sizes = new long[Shape.Rank];
        long inner = 1; // elements of the dimensions behind the present one, all of which are in the box
        bool isWhole = true;
        for (int axis = Shape.Rank - 1; axis >= 0; axis--)
        {
            (element, offsets[axis]) = Math.DivRem(element, Shape[axis]);
            sizes[axis] = isWhole ? Math.Max(1, Math.Min(Shape[axis] - offsets[axis], atMost / inner)) : 1;
            isWhole &= sizes[axis] == Shape[axis];
            inner *= sizes[axis];
        }

        return new(new(offsets), new(sizes));
    }

    private void ReadBlock(Box box, Span<byte> destination)
    {
        Box inBase = InBase(box);
        Box read = WithWholeRuns(inBase);
        int length = (int)(read.Sizes.ElementCount * _itemBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _base.Slice(read).Read(0, buffer.AsSpan(0, length));
            long[] strides = read.Sizes.RowMajorStrides();
            long start = 0;
            for (int axis = 0; axis < strides.Length; axis++)
            {
                start += strides[axis] * (inBase.Offsets[axis] - read.Offsets[axis]);
            }

            StridedCopy.Gather(
                buffer.AsSpan(0, length),
                (int)start,
                box.Sizes,
                [.. _axes.Select(axis => (int)strides[axis])],
                destination,
                _itemBytes
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Box WithWholeRuns(Box box) =>
        _wholeRun == 1 ? box : new(box.Offsets.With(Shape.Rank - 1, 0), box.Sizes.With(Shape.Rank - 1, _wholeRun));

    private Box InBase(Box box)
    {
        long[] offsets = new long[_axes.Length];
        long[] sizes = new long[_axes.Length];
        for (int axis = 0; axis < _axes.Length; axis++)
        {
            offsets[_axes[axis]] = box.Offsets[axis];
            sizes[_axes[axis]] = box.Sizes[axis];
        }

        return new(new(offsets), new(sizes));
    }
}
