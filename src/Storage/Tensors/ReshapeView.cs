namespace MegatronBridge.Storage.Tensors;

/// <summary>The same elements in the same order under another shape.</summary>
public sealed class ReshapeView : TensorView
{
    private readonly TensorView _base;

    /// <summary>Gives <paramref name="tensor"/> another shape of as many elements.</summary>
    public ReshapeView(TensorView tensor, Shape shape)
        : base(tensor.DType, shape)
    {
        if (shape.ElementCount != tensor.Shape.ElementCount)
        {
            throw new ArgumentException(
                $"{tensor} has {tensor.Shape.ElementCount} elements, {shape} has {shape.ElementCount}.",
                nameof(shape)
            );
        }

        _base = tensor;
    }

    /// <summary>Where only dimensions of 1 differ, a box is one of the tensor behind, which may know a shorter way to it.</summary>
    protected internal override TensorView Cut(Box box)
    {
        long[] offsets = new long[_base.Shape.Rank];
        long[] sizes = new long[_base.Shape.Rank];
        int axis = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = 1;
            if (_base.Shape[i] != 1)
            {
                axis = SkipOnes(axis);
                if (axis == Shape.Rank || Shape[axis] != _base.Shape[i])
                {
                    return base.Cut(box);
                }

                offsets[i] = box.Offsets[axis];
                sizes[i] = box.Sizes[axis];
                axis++;
            }
        }

        return SkipOnes(axis) == Shape.Rank && box.Sizes.ElementCount > 0
            ? _base.Slice(new Box(new(offsets), new(sizes))).Reshape(box.Sizes)
            : base.Cut(box);
    }

    private int SkipOnes(int axis)
    {
        while (axis < Shape.Rank && Shape[axis] == 1)
        {
            axis++;
        }

        return axis;
    }

    /// <inheritdoc/>
    protected internal override bool Locate(long offset, long length, FileRuns runs) =>
        _base.Locate(offset, length, runs);

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => _base.Read(offset, destination);
}
