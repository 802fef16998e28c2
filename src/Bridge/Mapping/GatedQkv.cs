using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// Query, key and value projections where each query head has a gate for its output behind it. Megatron interleaves them by query
/// group: the query heads of the group, their gates, its key head, its value head.
/// <c>q [heads * 2 * dim, ...], k and v [groups * dim, ...] &lt;-&gt; [(2 heads + 2 groups) * dim, ...]</c>.
/// </summary>
public sealed class GatedQkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "gated qkv";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
    {
        long groups = provider.NumQueryGroups;
        long heads = provider.NumAttentionHeads / groups;
        long headElements = hf[0].Shape.ElementCount / groups / heads / 2;
        TensorView byHead = hf[0].Reshape([groups, heads, 2 * headElements]);

        TensorView Part(long start) => byHead.Slice(2, start, headElements).Reshape([groups, heads * headElements]);

        return TensorViews
            .Concat(1, Part(0), Part(headElements), ByGroup(hf[1], groups), ByGroup(hf[2], groups))
            .Reshape(hf[0].Shape.With(0, hf.Sum(part => part.Shape[0])));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
    {
        long groups = provider.NumQueryGroups;
        long heads = provider.NumAttentionHeads / groups;
        TensorView byGroup = ByGroup(megatron, groups);
        long headElements = byGroup.Shape[1] / ((2 * heads) + 2);

        TensorView Part(long firstHead, long count) => byGroup.Slice(1, firstHead * headElements, count * headElements);

        TensorView ByHead(TensorView part) => part.Reshape([groups, heads, headElements]);

        TensorView Shaped(TensorView part, long heads) =>
            part.Reshape(megatron.Shape.With(0, groups * heads * provider.KvChannels));

        return
        [
            Shaped(TensorViews.Concat(2, ByHead(Part(0, heads)), ByHead(Part(heads, heads))), 2 * heads),
            Shaped(Part(2 * heads, 1), 1),
            Shaped(Part((2 * heads) + 1, 1), 1),
        ];
    }

    private static TensorView ByGroup(TensorView tensor, long groups) =>
        tensor.Reshape([groups, tensor.Shape.ElementCount / groups]);
}
