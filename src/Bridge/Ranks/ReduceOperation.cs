namespace MegatronBridge.Ranks;

/// <summary>How a reduction makes one value of those of all ranks.</summary>
public enum ReduceOperation
{
    /// <summary>The sum, added in the order of the ranks.</summary>
    Sum,

    /// <summary>The sum divided by the number of ranks; floating-point types only.</summary>
    Mean,

    /// <summary>The greatest.</summary>
    Max,

    /// <summary>The least.</summary>
    Min,
}
