using MegatronBridge.Conversion;

namespace MegatronBridge.Tools;

/// <summary>What is known of the rows of a model's embeddings, and what a repair has done or would do.</summary>
public sealed record EmbeddingReport
{
    /// <summary>The input embedding, and the head if it is not tied.</summary>
    public required IReadOnlyList<EmbeddingMatrixReport> Matrices { get; init; }

    /// <summary>True when the head is the input embedding.</summary>
    public required bool IsTied { get; init; }

    /// <summary>What the rewritten rows become; null when nothing is written.</summary>
    public RowReplacement? Rows { get; init; }

    /// <summary>What is written; null for a mere report.</summary>
    public ConversionReport? Conversion { get; init; }
}
