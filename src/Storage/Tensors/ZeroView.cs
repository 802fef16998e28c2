namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor of zeros that takes no memory: padding.</summary>
public sealed class ZeroView(DType dtype, Shape shape) : TensorView(dtype, shape)
{
    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => destination.Clear();
}
