using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Query, key and value projections of Gemma 4, of which Hugging Face keeps what a layer uses. Where keys are values too, Megatron
/// has them twice; a layer that takes keys and values from an earlier one has zeros there.
/// </summary>
internal sealed class Gemma4Qkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "qkv, as far as used";

    /// <inheritdoc/>
    public override IReadOnlyList<string> HfNames(ReadOnlySpan<int> numbers, ModelProvider provider) =>
        [.. base.HfNames(numbers, provider).Take(UsedProjections(provider.OfLayer(numbers[0])))];

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
    {
        TensorView query = hf[0];
        Shape keyShape = query.Shape.With(0, (long)provider.NumQueryGroups * provider.KvChannels);
        TensorView key = hf.Count > 1 ? hf[1] : new ZeroView(query.DType, keyShape);
        return Qkv.Interleave(provider, [query, key, hf.Count > 2 ? hf[2] : key]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [.. Qkv.Separate(provider, megatron).Take(UsedProjections(provider))];

    private static int UsedProjections(ModelProvider layer) =>
        layer.TakesKeysOfOtherLayer ? 1
        : layer.HasKeysAsValues ? 2
        : 3;
}
