namespace MegatronBridge.Storage.Tensors;

/// <summary>
/// A tensor that can be read in pieces. Nothing is held in memory until somebody pulls a range: a view may be a range of
/// a file, or an arrangement of other views. Reading is thread-safe.
/// </summary>
public abstract class TensorView
{
    /// <summary>Makes a view; the elements must fill whole bytes.</summary>
    protected TensorView(DType dtype, Shape shape)
    {
        DType = dtype;
        Shape = shape;
        ByteCount =
            dtype.ByteCount(shape.ElementCount)
            ?? throw new ArgumentException($"{shape} of {dtype} is no whole number of bytes.", nameof(shape));
    }

    /// <summary>Type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Sizes of the dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>Size of the row-major contents in bytes.</summary>
    public long ByteCount { get; }

    /// <summary>
    /// Reads the bytes from <paramref name="offset"/> on of the row-major, little-endian contents. For types of whole
    /// bytes, offset and length must be multiples of the element size.
    /// </summary>
    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteCount - destination.Length);
        if (!destination.IsEmpty)
        {
            ReadCore(offset, destination);
        }
    }

    /// <summary>A box that is known to lie inside and not to be the whole; a view that knows a shorter way gives that.</summary>
    protected internal virtual TensorView Cut(Box box) => new SliceView(this, box);

    /// <summary>Tells where a range, which is known to lie inside and not to be empty, is in files; false when it is not there as it is read.</summary>
    protected internal virtual bool Locate(long offset, long length, FileRuns runs) => false;

    /// <summary>Reads a range that is known to lie inside and not to be empty.</summary>
    protected abstract void ReadCore(long offset, Span<byte> destination);

    /// <summary>For example <c>BF16 [4, 64]</c>.</summary>
    public override string ToString() => $"{DType.SafetensorsName()} {Shape}";
}
