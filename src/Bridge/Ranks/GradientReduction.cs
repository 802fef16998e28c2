namespace MegatronBridge.Ranks;

/// <summary>How the gradients of a buffer are reduced.</summary>
/// <param name="Group">The ranks that reduce them: all that have the same parameters, or those of one instance of the optimizer.</param>
/// <param name="Instances">The ranks that have the same share in the other instances; null when there is one.</param>
/// <param name="Scale">What each gradient is multiplied by before.</param>
/// <param name="Operation">The sum, or the mean.</param>
internal sealed record GradientReduction(
    ProcessGroup Group,
    ProcessGroup? Instances,
    float Scale,
    ReduceOperation Operation
)
{
    /// <summary>Splits <paramref name="all"/>, the ranks with the same parameters, into as many parts as there are instances of the optimizer.</summary>
    public static GradientReduction Of(
        ParallelState parallel,
        ProcessGroup all,
        int instances,
        float scale,
        ReduceOperation operation
    )
    {
        if (instances == 1)
        {
            return new(all, null, scale, operation);
        }

        int size = all.Size / instances;
        int instance = all.Rank / size;
        return new(
            parallel.Among([.. all.Ranks.Skip(instance * size).Take(size)]),
            parallel.Among([.. all.Ranks.Where((_, place) => place % size == all.Rank % size)]),
            scale,
            operation
        );
    }
}
