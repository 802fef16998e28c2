using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// Key and value projections of cross-attention, weights or biases, which Megatron interleaves by query group: the key head of the group,
/// its value head. <c>k and v [groups * dim, ...] &lt;-&gt; [2 groups * dim, ...]</c>.
/// </summary>
public sealed class Kv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "kv";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        Qkv.Interleave(provider, hf);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
    {
        long groups = provider.NumQueryGroups;
        Shape part = megatron.Shape.With(0, megatron.Shape[0] / 2);
        long ofGroup = part.ElementCount / groups;
        TensorView byGroup = megatron.Reshape([groups, 2 * ofGroup]);
        return [byGroup.Slice(1, 0, ofGroup).Reshape(part), byGroup.Slice(1, ofGroup, ofGroup).Reshape(part)];
    }
}
