using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>One row for each token: Megatron may have zero rows behind the last, Hugging Face has none.</summary>
public sealed class Vocab(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => "vocab";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        hf[0].PadTo(0, provider.PaddedVocabSize);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [megatron.Slice(0, 0, provider.VocabSize)];
}
