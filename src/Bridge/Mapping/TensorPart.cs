namespace MegatronBridge.Mapping;

/// <summary>Which part of a Hugging Face tensor a parameter is, when several parameters side by side make one tensor.</summary>
/// <param name="Axis">The dimension along which they stand.</param>
/// <param name="Index">The place of this one.</param>
/// <param name="Sizes">The size of each along that dimension.</param>
public sealed record TensorPart(int Axis, int Index, IReadOnlyList<long> Sizes)
{
    /// <summary>Where this one begins.</summary>
    public long Offset => Sizes.Take(Index).Sum();

    /// <summary>The size of this one.</summary>
    public long Size => Sizes[Index];
}
