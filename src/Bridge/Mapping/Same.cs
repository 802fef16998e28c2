using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>The same tensor under another name.</summary>
public sealed class Same(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "same";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [megatron];
}
