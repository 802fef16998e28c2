namespace MegatronBridge.Storage.Tensors;

/// <summary>The rearrangements that mappings are made of. All are lazy; those that change nothing return their argument.</summary>
public static class TensorViews
{
    /// <summary>The part from <paramref name="start"/> on of one dimension.</summary>
    public static TensorView Slice(this TensorView tensor, int axis, long start, long count)
    {
        Shape offsets = Shape.Origin(tensor.Shape.Rank).With(axis, start);
        return tensor.Slice(new Box(offsets, tensor.Shape.With(axis, count)));
    }

    /// <summary>A box of the tensor.</summary>
    public static TensorView Slice(this TensorView tensor, Box box) =>
        !box.IsInside(tensor.Shape) ? throw new ArgumentException($"The box {box} is not inside {tensor}.", nameof(box))
        : box.Sizes == tensor.Shape ? tensor
        : tensor.Cut(box);

    /// <summary>One index of the outermost dimension, which disappears.</summary>
    public static TensorView Index(this TensorView tensor, long index) =>
        tensor.Slice(0, index, 1).Reshape(tensor.Shape.Skip(1));

    /// <summary>The same elements under another shape.</summary>
    public static TensorView Reshape(this TensorView tensor, Shape shape) =>
        shape == tensor.Shape ? tensor
        : tensor is PermuteView { Shape: { ElementCount: > 0, Rank: > 0 } } permuted
        && shape.ElementCount == tensor.Shape.ElementCount
            ? permuted.Divide(shape) ?? new ReshapeView(tensor, shape)
        : new ReshapeView(tensor, shape);

    /// <summary>The dimensions in another order: dimension i of the result is dimension <paramref name="axes"/>[i] of the tensor.</summary>
    public static TensorView Permute(this TensorView tensor, params IReadOnlyList<int> axes) =>
        tensor is PermuteView permuted && permuted.Shape.Rank == axes.Count
            ? permuted.PermuteAgain(axes)
            : new PermuteView(tensor, axes);

    /// <summary>Several tensors one behind the other along one dimension.</summary>
    public static TensorView Concat(int axis, params IReadOnlyList<TensorView> parts) =>
        parts.Count == 1 ? parts[0] : new ConcatView(axis, parts);

    /// <summary>Several tensors of one shape under a new outermost dimension.</summary>
    public static TensorView Stack(params IReadOnlyList<TensorView> parts) =>
        Concat(0, [.. parts.Select(part => part.Reshape(part.Shape.Prepend(1)))]);

    /// <summary>The tensor with zeros behind its last element of one dimension, up to <paramref name="size"/>.</summary>
    public static TensorView PadTo(this TensorView tensor, int axis, long size)
    {
        long missing = size - tensor.Shape[axis];
        return missing == 0
            ? tensor
            : Concat(axis, tensor, new ZeroView(tensor.DType, tensor.Shape.With(axis, missing)));
    }

    /// <summary>The same numbers in another floating-point type, or whole numbers in another width.</summary>
    public static TensorView CastTo(this TensorView tensor, DType dtype) =>
        tensor.DType == dtype ? tensor
        : tensor.DType.IsWideFloat() ? new CastView(tensor, dtype)
        : new IntegerCastView(tensor, dtype);

    /// <summary>The tensor with a number added to each element, rounded to its type.</summary>
    public static TensorView Plus(this TensorView tensor, float summand) => new PlusView(tensor, summand);

    /// <summary>All bytes in memory: for small tensors and tests only.</summary>
    public static byte[] ToArray(this TensorView tensor)
    {
        byte[] bytes = new byte[tensor.ByteCount];
        tensor.Read(0, bytes);
        return bytes;
    }
}
