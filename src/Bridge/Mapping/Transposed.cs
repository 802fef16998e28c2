using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>A matrix that lies input first in Hugging Face: <c>[in, out] &lt;-&gt; [out, in]</c>.</summary>
public sealed class Transposed(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "transposed";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0].Permute(1, 0);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [megatron.Permute(1, 0)];
}
