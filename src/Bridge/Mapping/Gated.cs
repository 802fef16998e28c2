using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>Gate and up projection, one above the other: <c>[gate; up]</c>, weights or biases.</summary>
public sealed class Gated(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "gated";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        TensorViews.Concat(0, hf);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
    {
        long rows = megatron.Shape[0] / 2;
        return [megatron.Slice(0, 0, rows), megatron.Slice(0, rows, rows)];
    }
}
