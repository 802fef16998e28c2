namespace MegatronBridge.Storage.Tensors;

/// <summary>A rectangular part of a tensor: where it begins and how large it is, per dimension, in elements.</summary>
public readonly record struct Box
{
    /// <summary>Makes a box; both shapes must have the same number of dimensions.</summary>
    public Box(Shape offsets, Shape sizes)
    {
        if (offsets.Rank != sizes.Rank)
        {
            throw new ArgumentException($"Offsets {offsets} and sizes {sizes} differ in rank.", nameof(sizes));
        }

        Offsets = offsets;
        Sizes = sizes;
    }

    /// <summary>First element of each dimension.</summary>
    public Shape Offsets { get; }

    /// <summary>Number of elements of each dimension.</summary>
    public Shape Sizes { get; }

    /// <summary>The box that is the whole of <paramref name="shape"/>.</summary>
    public static Box Whole(Shape shape) => new(Shape.Origin(shape.Rank), shape);

    /// <summary>True when the box lies inside a tensor of that shape.</summary>
    public bool IsInside(Shape shape)
    {
        if (shape.Rank != Sizes.Rank)
        {
            return false;
        }

        for (int axis = 0; axis < shape.Rank; axis++)
        {
            // Written as a subtraction so that a hostile offset cannot overflow.
            if (Offsets[axis] > shape[axis] || Sizes[axis] > shape[axis] - Offsets[axis])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The part that two boxes have in common, or null when that is nothing.</summary>
    public Box? Intersect(Box other)
    {
        long[] offsets = new long[Sizes.Rank];
        long[] sizes = new long[Sizes.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            long begin = Math.Max(Offsets[axis], other.Offsets[axis]);
            long end = Math.Min(Offsets[axis] + Sizes[axis], other.Offsets[axis] + other.Sizes[axis]);
            if (end <= begin)
            {
                return null;
            }

            offsets[axis] = begin;
            sizes[axis] = end - begin;
        }

        return new Box(new(offsets), new(sizes));
    }

    /// <summary>The same box counted from the first element of <paramref name="outer"/>, inside which it lies.</summary>
    public Box RelativeTo(Box outer) => Moved(outer.Offsets, -1);

    /// <summary>The box further along each dimension: what <see cref="RelativeTo"/> takes away is given back.</summary>
    public Box MovedBy(Shape offsets) => Moved(offsets, 1);

    private Box Moved(Shape steps, int sign)
    {
        long[] offsets = new long[Sizes.Rank];
        for (int axis = 0; axis < offsets.Length; axis++)
        {
            offsets[axis] = Offsets[axis] + (sign * steps[axis]);
        }

        return new(new(offsets), Sizes);
    }

    /// <summary>For example <c>[0, 64]+[1, 64]</c>.</summary>
    public override string ToString() => $"{Offsets}+{Sizes}";
}
