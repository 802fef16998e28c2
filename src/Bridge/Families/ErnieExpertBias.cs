using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>The bias of the experts, which ERNIE keeps as a table of one row: <c>[1, experts] &lt;-&gt; [experts]</c>.</summary>
internal sealed class ErnieExpertBias(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "one row";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0].Index(0);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [megatron.Reshape(megatron.Shape.Prepend(1))];
}
