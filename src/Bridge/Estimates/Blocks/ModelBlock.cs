using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Blocks;

/// <summary>A block of a layer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Provider">The config that the layer is built from.</param>
/// <param name="Layer">Number of the layer; those for multi-token prediction count on from the decoder's.</param>
internal sealed record ModelBlock(BlockKind Kind, ModelProvider Provider, int Layer)
{
    /// <summary>How many tokens attention sees, or null for all.</summary>
    public long? Window { get; init; }

    /// <summary>True when a layer of sparse attention chooses the tokens for itself.</summary>
    public bool HasIndexer { get; init; }

    /// <summary>How many tokens compressed attention makes one of; 0 for none.</summary>
    public int Ratio { get; init; }
}
