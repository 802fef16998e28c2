using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// How strongly a layer's hyper-connections read, write and mix: three parameters, which Hugging Face keeps in one tensor.
/// <c>[3][index] &lt;-&gt; [1]</c>
/// </summary>
internal sealed class HyperScale(string megatron, string hf, int index) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override StackAxis? Stacked { get; } = new(index, 3);

    /// <inheritdoc/>
    public override string Kind => "one of three";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0].Reshape([1]);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [megatron.Reshape([])];
}
