using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>A tensor that is not there. All its bits are ones, which is not a number in every floating-point type.</summary>
internal sealed class AbsentView(DType dtype, Shape shape) : TensorView(dtype, shape)
{
    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => destination.Fill(0xFF);
}
