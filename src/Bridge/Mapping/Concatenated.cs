using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>Tensors one above the other; <paramref name="rows"/> says how many rows each has.</summary>
public sealed class Concatenated(string megatron, string hf, Func<ModelProvider, IReadOnlyList<long>> rows)
    : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "concatenated";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        TensorViews.Concat(0, hf);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
    {
        List<TensorView> parts = [];
        long start = 0;
        foreach (long count in rows(provider))
        {
            parts.Add(megatron.Slice(0, start, count));
            start += count;
        }

        return parts;
    }
}
