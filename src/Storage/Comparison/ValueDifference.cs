namespace MegatronBridge.Storage.Comparison;

/// <summary>How much the elements of two tensors differ.</summary>
/// <param name="Count">Elements whose bits are not the same.</param>
/// <param name="FirstIndex">The first of them, row-major; null when there is none.</param>
/// <param name="LargestDifference">
/// The largest absolute difference; infinite when only one of the two is NaN; null when the type cannot be read as numbers.
/// </param>
public sealed record ValueDifference(long Count, long? FirstIndex, double? LargestDifference);
