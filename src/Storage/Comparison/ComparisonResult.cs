namespace MegatronBridge.Storage.Comparison;

/// <summary>What a comparison found.</summary>
/// <param name="EqualCount">Tensors that are the same, bit for bit.</param>
/// <param name="ComparedBytes">Bytes that were read of each side.</param>
/// <param name="Differences">Tensors that are not, in the order of the left side, then what only the right one has.</param>
public sealed record ComparisonResult(int EqualCount, long ComparedBytes, IReadOnlyList<TensorDifference> Differences);
