namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor of which some numbers have the other sign.</summary>
public sealed class SignFlipView : TensorView
{
    private readonly TensorView _base;
    private readonly int _first; // the byte of the first sign
    private readonly int _step; // from one sign to the next

    private SignFlipView(TensorView tensor, int first, int step)
        : base(tensor.DType, tensor.Shape)
    {
        _base = tensor;
        _first = first;
        _step = step;
    }

    /// <summary>Minus a tensor of a floating-point or complex type.</summary>
    public static TensorView Negate(TensorView tensor)
    {
        int numberBytes = ByteSwapView.WordBytes(tensor.DType);
        return tensor.DType.IsWideFloat() || tensor.DType.IsComplex()
            ? new SignFlipView(tensor, numberBytes - 1, numberBytes)
            : throw new ArgumentException($"{tensor} cannot be negated.", nameof(tensor));
    }

    /// <summary>The conjugate of a complex tensor: minus its imaginary part.</summary>
    public static TensorView Conjugate(TensorView tensor)
    {
        int elementBytes = tensor.DType.BitCount() / 8;
        return tensor.DType.IsComplex()
            ? new SignFlipView(tensor, elementBytes - 1, elementBytes)
            : throw new ArgumentException($"{tensor} is not complex.", nameof(tensor));
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        _base.Read(offset, destination);

        // The sign is the highest bit of the last byte of a number.
        for (int i = _first; i < destination.Length; i += _step)
        {
            destination[i] ^= 0x80;
        }
    }
}
