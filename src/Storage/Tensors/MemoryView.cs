namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor whose row-major bytes are in memory: for small tensors and tests.</summary>
public sealed class MemoryView : TensorView
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Wraps the bytes without copying them.</summary>
    public MemoryView(DType dtype, Shape shape, ReadOnlyMemory<byte> bytes)
        : base(dtype, shape)
    {
        if (bytes.Length != ByteCount)
        {
            throw new ArgumentException($"{this} takes {ByteCount} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) =>
        _bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}
