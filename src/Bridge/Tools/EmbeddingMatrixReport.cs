namespace MegatronBridge.Tools;

/// <summary>What is known of the rows of a matrix of tokens.</summary>
public sealed record EmbeddingMatrixReport
{
    /// <summary>Its name in the model.</summary>
    public required string Name { get; init; }

    /// <summary>Rows of tokens.</summary>
    public required int Rows { get; init; }

    /// <summary>Further rows that pad the vocabulary; they are zero in every model and count neither as weak nor as healthy.</summary>
    public required int PaddingRows { get; init; }

    /// <summary>The root of the mean squared norm of all rows that are neither weak nor rewritten; 0 when there are none.</summary>
    public required double HealthyNorm { get; init; }

    /// <summary>The rows that are weak, in their order, and the Euclidean norm of each.</summary>
    public required IReadOnlyList<KeyValuePair<int, double>> Weak { get; init; }

    /// <summary>The rows that are rewritten, in their order.</summary>
    public IReadOnlyList<int> Rewritten { get; init; } = [];
}
