using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// Query, key and value projections that Hugging Face has in one tensor: all queries, all keys, all values. Megatron
/// interleaves them by query group, as <see cref="Qkv"/> does.
/// </summary>
public sealed class ConcatenatedQkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "concatenated qkv";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
    {
        long queryRows = (long)provider.NumAttentionHeads * provider.KvChannels;
        long keyRows = (long)provider.NumQueryGroups * provider.KvChannels;
        return Qkv.Interleave(
            provider,
            [
                hf[0].Slice(0, 0, queryRows),
                hf[0].Slice(0, queryRows, keyRows),
                hf[0].Slice(0, queryRows + keyRows, keyRows),
            ]
        );
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [TensorViews.Concat(0, Qkv.Separate(provider, megatron))];
}
