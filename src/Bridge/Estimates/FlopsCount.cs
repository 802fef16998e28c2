namespace MegatronBridge.Estimates;

/// <summary>Floating-point operations of a batch, block by block.</summary>
/// <param name="Blocks">The blocks, in the order in which a token meets them first.</param>
/// <param name="Tokens">Tokens of the language model.</param>
/// <param name="Differences">
/// Where Megatron-Bridge counts the same step otherwise; empty where it counts the same. Null for packed sequences, LoRA and images, for
/// which it has other rules.
/// </param>
public sealed record FlopsCount(
    IReadOnlyList<BlockFlops> Blocks,
    decimal Tokens,
    IReadOnlyList<FlopsDifference>? Differences
)
{
    /// <summary>Operations of a forward pass.</summary>
    public decimal Forward => Blocks.Sum(block => block.Forward);

    /// <summary>Operations of a training step.</summary>
    public decimal Training => Blocks.Sum(block => block.Training);

    /// <summary>Operations of a training step as Megatron-Bridge's log counts them; null where <see cref="Differences"/> is.</summary>
    public decimal? Upstream => Training - Differences?.Sum(difference => difference.Flops);
}
