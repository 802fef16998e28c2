using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// The bias of the experts in one of ERNIE 4.5 VL's two pools: a row of a table that Hugging Face has for both,
/// <c>[2, experts]</c>.
/// </summary>
/// <param name="megatron">Name of the Megatron parameter.</param>
/// <param name="hf">Name of the table.</param>
/// <param name="pool">0 for text, 1 for what is seen.</param>
internal sealed class ErniePoolBias(string megatron, string hf, int pool) : ParameterMapping(megatron, hf)
{
    /// <inheritdoc/>
    public override string Kind => pool == 0 ? "first row" : "second row";

    /// <inheritdoc/>
    public override StackAxis? Stacked => new(pool, 2);

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [megatron];
}
