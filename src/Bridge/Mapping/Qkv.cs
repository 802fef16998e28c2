using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// Query, key and value projections, weights or biases. Megatron interleaves them by query group: the query heads of the
/// group, its key head, its value head. <c>q [heads * dim, ...], k and v [groups * dim, ...] &lt;-&gt; [(heads + 2 groups) * dim, ...]</c>;
/// value heads may have a size of their own.
/// </summary>
public sealed class Qkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "qkv";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        Interleave(provider, hf);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        Separate(provider, megatron);

    /// <summary>Query, key and value, one after the other in each query group.</summary>
    internal static TensorView Interleave(ModelProvider provider, IReadOnlyList<TensorView> parts)
    {
        TensorView[] byGroup = [.. parts.Select(part => ByGroup(provider, part))];
        Shape rest = parts[0].Shape.Skip(1);
        return TensorViews.Concat(1, byGroup).Reshape(rest.Prepend(parts.Sum(part => part.Shape[0])));
    }

    /// <summary>Query, key and value of all groups.</summary>
    internal static IReadOnlyList<TensorView> Separate(ModelProvider provider, TensorView megatron)
    {
        long groups = provider.NumQueryGroups;
        long keyRows = provider.KvChannels;
        long queryRows = provider.NumAttentionHeads / groups * keyRows;
        TensorView byGroup = ByGroup(provider, megatron);
        Shape rest = megatron.Shape.Skip(1);

        TensorView Part(long firstRow, long rows) =>
            byGroup
                .Slice(1, firstRow * rest.ElementCount, rows * rest.ElementCount)
                .Reshape(rest.Prepend(groups * rows));

        return [Part(0, queryRows), Part(queryRows, keyRows), Part(queryRows + keyRows, provider.ValueHeadSize)];
    }

    private static TensorView ByGroup(ModelProvider provider, TensorView tensor) =>
        tensor.Reshape([provider.NumQueryGroups, tensor.Shape.ElementCount / provider.NumQueryGroups]);
}
