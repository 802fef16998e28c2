using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// An expert of ERNIE 4.5 VL for what is seen: mapped as <paramref name="text"/> maps one for text. Hugging Face counts them on from those,
/// Megatron has them in a pool of their own.
/// </summary>
internal sealed class ErnieVisionExpert(ParameterMapping text)
    : ParameterMapping(
        text.Megatron.Text.Replace(".text_moe_layer.", ".vision_moe_layer.", StringComparison.Ordinal),
        text.Hf.Count == 1 ? text.Hf[0].Text : $"{{{string.Join(',', text.Hf)}}}"
    )
{
    /// <inheritdoc/>
    public override string Kind => $"{text.Kind}, counted on";

    /// <inheritdoc/>
    public override IReadOnlyList<string> HfNames(ReadOnlySpan<int> numbers, ModelProvider provider) =>
        base.HfNames([numbers[0], numbers[1] + provider.NumMoeExperts!.Value], provider);

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        text.ToMegatron(provider, hf);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        text.ToHf(provider, megatron);
}
