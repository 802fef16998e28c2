using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>The bytes of a tensor in memory outside the garbage-collected heap, as large as it must be.</summary>
internal sealed unsafe class TensorStorage : TensorView, IDisposable
{
    private readonly TensorMemory _memory;

    public TensorStorage(DType dtype, Shape shape)
        : base(dtype, shape) => _memory = new(ByteCount);

    /// <summary>Some of the bytes, for as long as the tensor is reachable.</summary>
    public Span<byte> Bytes(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteCount - length);
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        return new(_memory.Start + offset, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        Bytes(offset, destination.Length).CopyTo(destination);
        GC.KeepAlive(this);
    }
}
