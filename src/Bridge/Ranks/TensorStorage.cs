using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>The bytes of a tensor in memory outside the garbage-collected heap, as large as it must be.</summary>
internal sealed unsafe class TensorStorage : TensorView
{
    private readonly byte* _bytes;

    public TensorStorage(DType dtype, Shape shape)
        : base(dtype, shape)
    {
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(ByteCount, 1));
        GC.AddMemoryPressure(Math.Max(ByteCount, 1));
    }

    ~TensorStorage()
    {
        NativeMemory.Free(_bytes);
        GC.RemoveMemoryPressure(Math.Max(ByteCount, 1));
    }

    /// <summary>Some of the bytes, for as long as the tensor is reachable.</summary>
    public Span<byte> Bytes(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteCount - length);
        return new(_bytes + offset, length);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        Bytes(offset, destination.Length).CopyTo(destination);
        GC.KeepAlive(this);
    }
}
