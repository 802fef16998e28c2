using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// The weight of a norm that multiplies by it in Hugging Face and by 1 + weight in Megatron: 1 less there. Both ways round to the
/// element type, as upstream does, so a bfloat16 weight far from 1 does not come back in its last bits.
/// </summary>
public sealed class ZeroCentered(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "zero-centred";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0].Plus(-1);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [megatron.Plus(1)];
}
