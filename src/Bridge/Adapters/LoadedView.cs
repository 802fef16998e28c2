using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>A tensor that many read small parts of, held in memory while there is room.</summary>
internal sealed class LoadedView(TensorView tensor) : TensorView(tensor.DType, tensor.Shape)
{
    private const long MostBytes = 1 << 28;

    private readonly Lock _gate = new();
    private WeakReference<byte[]>? _held;

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        if (ByteCount > MostBytes)
        {
            tensor.Read(offset, destination);
        }
        else
        {
            Bytes().AsSpan((int)offset, destination.Length).CopyTo(destination);
        }
    }

    private byte[] Bytes()
    {
        lock (_gate)
        {
            if (_held is null || !_held.TryGetTarget(out byte[]? bytes))
            {
                _held = new(bytes = tensor.ToArray());
            }

            return bytes;
        }
    }
}
