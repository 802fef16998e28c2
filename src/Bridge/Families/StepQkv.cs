using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Query, key and value projections and one gate for the output of each head. Megatron-Core gates each channel, so the gate of
/// a head stands there once for each of its channels: the query heads of a group, their gates, its key head, its value head.
/// <c>q [heads * dim, hidden], k and v [groups * dim, hidden], g [heads, hidden] &lt;-&gt; [(2 heads + 2 groups) * dim, hidden]</c>.
/// On the way back the first channel tells the gate. The development branch has gates of heads: there they stand behind all else,
/// <c>[(heads + 2 groups) * dim + heads, hidden]</c>.
/// </summary>
internal sealed class StepQkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "qkv and gates of heads";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
    {
        if (provider.HasHeadGates)
        {
            return TensorViews.Concat(0, Qkv.Interleave(provider, [.. hf.Take(3)]), hf[3]);
        }

        long hidden = hf[0].Shape[1];
        long groups = provider.NumQueryGroups;
        TensorView gate = hf[3].Reshape([provider.NumAttentionHeads, 1, hidden]);
        TensorView gates = TensorViews.Concat(1, [.. Enumerable.Repeat(gate, provider.KvChannels)]);

        TensorView ByGroup(TensorView part) => part.Reshape([groups, part.Shape.ElementCount / groups]);

        return TensorViews
            .Concat(1, ByGroup(hf[0]), ByGroup(gates), ByGroup(hf[1]), ByGroup(hf[2]))
            .Reshape([hf.Take(3).Sum(part => part.Shape[0]) + hf[0].Shape[0], hidden]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
    {
        if (provider.HasHeadGates)
        {
            long rows = megatron.Shape[0] - provider.NumAttentionHeads;
            return
            [
                .. Qkv.Separate(provider, megatron.Slice(0, 0, rows)),
                megatron.Slice(0, rows, provider.NumAttentionHeads),
            ];
        }

        long hidden = megatron.Shape[1];
        long groups = provider.NumQueryGroups;
        long size = provider.KvChannels;
        long heads = provider.NumAttentionHeads / groups;
        TensorView byHead = megatron.Reshape([groups, (2 * heads) + 2, size * hidden]);

        TensorView Part(long first, long count) =>
            byHead.Slice(1, first, count).Reshape([groups * count * size, hidden]);

        return
        [
            Part(0, heads),
            Part(2 * heads, 1),
            Part((2 * heads) + 1, 1),
            byHead.Slice(1, heads, heads).Slice(2, 0, hidden).Reshape([groups * heads, hidden]),
        ];
    }
}
