using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>A projection of two vectors joined, which Hugging Face joins the other way round: the halves of the columns change places.</summary>
public sealed class SwappedHalves(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "swapped halves";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => Swap(hf[0]);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [Swap(megatron)];

    private static TensorView Swap(TensorView matrix)
    {
        long half = matrix.Shape[1] / 2;
        return TensorViews.Concat(1, [matrix.Slice(1, half, half), matrix.Slice(1, 0, half)]);
    }
}
