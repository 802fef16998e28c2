using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A floating-point tensor in another floating-point type, converted as it is read.</summary>
public sealed class CastView : ConvertedView
{
    /// <summary>Casts <paramref name="tensor"/>; both types are F16, BF16, F32 or F64.</summary>
    public CastView(TensorView tensor, DType dtype)
        : base(tensor, dtype)
    {
        if (!tensor.DType.IsWideFloat() || !dtype.IsWideFloat())
        {
            throw new ArgumentException($"{tensor} cannot be cast to {dtype.SafetensorsName()}.", nameof(dtype));
        }
    }

    /// <inheritdoc/>
    protected override void Convert(ReadOnlySpan<byte> source, Span<byte> destination, long first) =>
        FloatCast.Convert(Base.DType, source, DType, destination);
}
