using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>What an adapter does to one Hugging Face weight W: <c>W + scale * B * A</c>, and with a magnitude each row brought to that length.</summary>
public sealed record LowRankUpdate
{
    /// <summary>
    /// Name of the weight: <c>model.layers.0.self_attn.q_proj.weight</c>; of a slice of packed experts with the expert's number behind it,
    /// <c>model.layers.0.mlp.experts.down_proj[3]</c>.
    /// </summary>
    public required string Weight { get; init; }

    /// <summary>A, <c>[rank, in]</c>.</summary>
    public required TensorView A { get; init; }

    /// <summary>B, <c>[out, rank]</c>.</summary>
    public required TensorView B { get; init; }

    /// <summary>Length of each row, <c>[out]</c>; null without DoRA.</summary>
    public TensorView? Magnitude { get; init; }

    /// <summary>What the product is multiplied by.</summary>
    public required double Scale { get; init; }

    /// <summary>Rank of the matrices.</summary>
    public int Rank => (int)A.Shape[0];

    /// <summary>The tensors that there are.</summary>
    internal IEnumerable<TensorView> Tensors => Magnitude is null ? [A, B] : [A, B, Magnitude];

    /// <summary>True when it changes nothing and never would: Megatron needs it where Hugging Face has no adapter.</summary>
    internal bool IsFiller => Magnitude is null && TensorContents.IsZero(A) && TensorContents.IsZero(B);
}
