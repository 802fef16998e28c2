using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// The norm of Gemma 4's keys. A layer that takes keys from an earlier one uses none: Hugging Face does not keep it, and Megatron has
/// ones there.
/// </summary>
internal sealed class Gemma4KeyNorm(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "same, if used";

    /// <inheritdoc/>
    public override IReadOnlyList<string> HfNames(ReadOnlySpan<int> numbers, ModelProvider provider) =>
        provider.OfLayer(numbers[0]).TakesKeysOfOtherLayer ? [] : base.HfNames(numbers, provider);

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        hf.Count > 0 ? hf[0] : new ZeroView(provider.ParamsDtype, [provider.KvChannels]).Plus(1);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        provider.TakesKeysOfOtherLayer ? [] : [megatron];
}
