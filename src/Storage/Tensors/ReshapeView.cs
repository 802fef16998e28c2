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

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => _base.Read(offset, destination);
}
