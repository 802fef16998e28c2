namespace MegatronBridge.Cpu;

/// <summary>Sees the residual stream after every part of a model, to tell where two models part ways.</summary>
public interface IForwardObserver
{
    /// <summary>Called after a part.</summary>
    /// <param name="layer">The decoder layer, or -1 for the embedding.</param>
    /// <param name="part">Megatron's name of the part: <c>self_attention</c>, <c>mlp</c>, <c>layer</c> at the end of each layer.</param>
    /// <param name="hidden">
    /// The residual stream <c>[tokens, width]</c>, row-major; valid during the call. Where a model has several, they lie side by side.
    /// </param>
    /// <param name="width">Channels of a token.</param>
    void OnHidden(int layer, string part, ReadOnlySpan<float> hidden, int width);
}
