using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Generation;

/// <summary>How the next tokens are chosen, and when to stop. The defaults take the most likely one each time.</summary>
public sealed record GenerationOptions
{
    /// <summary>How many tokens are made at most.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Scores are divided by it: below 1 likely tokens become likelier. 0 takes the most likely one each time.</summary>
    public double Temperature { get; init; }

    /// <summary>Only so many of the most likely tokens are chosen from; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the most likely tokens that together have this probability are chosen from; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Tokens that were there before become less likely by it: positive scores are divided, negative ones multiplied. 1 does nothing.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The same seed chooses the same tokens.</summary>
    public int Seed { get; init; }

    /// <summary>Tokens behind which nothing comes. They are given out, too.</summary>
    public IReadOnlySet<int> StopTokens { get; init; } = new HashSet<int>();

    /// <summary>Texts behind which nothing comes. They are not given out.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>The type that keys and values are kept in: BF16, F16 or F32; null for that of the weights.</summary>
    public DType? CacheType { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        RequireRange(MaxNewTokens >= 0, MaxNewTokens, nameof(MaxNewTokens), "0 or more");
        RequireRange(double.IsFinite(Temperature) && Temperature >= 0, Temperature, nameof(Temperature), "0 or more");
        RequireRange(TopK is null or >= 1, TopK, nameof(TopK), "1 or more");
        RequireRange(TopP is > 0 and <= 1, TopP, nameof(TopP), "more than 0 and at most 1");
        RequireRange(
            double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0,
            RepetitionPenalty,
            nameof(RepetitionPenalty),
            "more than 0"
        );
        RequireRange(
            CacheType is null or DType.BF16 or DType.F16 or DType.F32,
            CacheType,
            nameof(CacheType),
            "BF16, F16 or F32"
        );
        RequireRange(StopStrings.All(stop => stop.Length > 0), "", nameof(StopStrings), "texts with something in them");
    }

    private static void RequireRange(bool holds, object? value, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
