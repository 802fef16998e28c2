using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>The bytes of a tensor in memory outside the garbage-collected heap, as large as it must be: of its own, or part of a buffer.</summary>
internal sealed unsafe class TensorStorage : TensorView, IDisposable
{
    private readonly TensorMemory _memory;
    private readonly long _start; // in it
    private readonly bool _isOwner;

    /// <summary>Takes zeroed memory.</summary>
    public TensorStorage(DType dtype, Shape shape)
        : base(dtype, shape)
    {
        _memory = new(ByteCount);
        _isOwner = true;
    }

    private TensorStorage(TensorStorage buffer, long start, Shape shape)
        : base(buffer.DType, shape)
    {
        _memory = buffer._memory;
        _start = buffer._start + (start * buffer.DType.BitCount() / 8);
    }

    /// <summary>A tensor that lies in this one from the element <paramref name="start"/> on, and goes when it goes.</summary>
    public TensorStorage Part(long start, Shape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Shape.ElementCount - shape.ElementCount);
        return new(this, start, shape);
    }

    /// <summary>Some of the bytes, for as long as the tensor is reachable.</summary>
    public Span<byte> Bytes(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteCount - length);
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        return new(_memory.Start + _start + offset, length);
    }

    /// <summary>All bytes, a piece of at most <paramref name="most"/> at a time, with where each begins.</summary>
    public IEnumerable<(long Offset, int Length)> Pieces(int most)
    {
        for (long offset = 0; offset < ByteCount; offset += most)
        {
            yield return (offset, (int)Math.Min(most, ByteCount - offset));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwner)
        {
            _memory.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        Bytes(offset, destination.Length).CopyTo(destination);
        GC.KeepAlive(this);
    }
}
