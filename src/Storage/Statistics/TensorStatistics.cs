namespace MegatronBridge.Storage.Statistics;

/// <summary>What the numbers of a tensor look like. NaN and infinite ones are counted and take no further part.</summary>
public sealed record TensorStatistics
{
    /// <summary>Number of elements.</summary>
    public required long Count { get; init; }

    /// <summary>Elements that are not a number.</summary>
    public required long NanCount { get; init; }

    /// <summary>Elements that are infinite, of either sign.</summary>
    public required long InfinityCount { get; init; }

    /// <summary>Elements that are zero, of either sign.</summary>
    public required long ZeroCount { get; init; }

    /// <summary>The smallest finite number; NaN when there is none.</summary>
    public required double Min { get; init; }

    /// <summary>The largest finite number; NaN when there is none.</summary>
    public required double Max { get; init; }

    /// <summary>Mean of the finite numbers; NaN when there is none.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the finite numbers, as of a whole population; NaN when there is none.</summary>
    public required double Std { get; init; }
}
