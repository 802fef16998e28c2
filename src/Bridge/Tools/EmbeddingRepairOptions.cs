using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tools;

/// <summary>In which model to look for rows of embeddings that were never trained, and what becomes of them.</summary>
public sealed record EmbeddingRepairOptions
{
    /// <summary>The norm up to which upstream takes a row for damaged.</summary>
    public const double DefaultThreshold = 1e-4;

    /// <summary>The number of rows beyond which upstream takes the whole model for damaged.</summary>
    public const int DefaultMaxRows = 256;

    /// <summary>The model: a Hugging Face folder, or a Megatron checkpoint, torch_dist or legacy.</summary>
    public required string Model { get; init; }

    /// <summary>Folder of the repaired copy, which is of the same format; null to report only.</summary>
    public string? Output { get; init; }

    /// <summary>Largest Euclidean norm of a row that counts as weak; those that are not finite count too.</summary>
    public double Threshold { get; init; } = DefaultThreshold;

    /// <summary>The largest number of rows that may be rewritten in a matrix.</summary>
    public int MaxRows { get; init; } = DefaultMaxRows;

    /// <summary>The rows to rewrite whatever their norm, and no others; null for the weak ones.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>What they become; null for <see cref="RowReplacement.Other"/>, or the mean where the head is tied.</summary>
    public RowReplacement? Rows { get; init; }

    /// <summary>In which matrix they are rewritten.</summary>
    public EmbeddingChoice Repair { get; init; } = EmbeddingChoice.Input;

    /// <summary>The seed of <see cref="RowReplacement.Noise"/>.</summary>
    public long Seed { get; init; } = 1234;

    /// <summary>True to replace what an earlier conversion has made.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Workers and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
