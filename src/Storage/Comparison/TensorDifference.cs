using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Comparison;

/// <summary>A tensor that is not the same in two checkpoints.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Left">The tensor on the left, or null.</param>
/// <param name="Right">The tensor on the right, or null.</param>
/// <param name="Values">How the elements differ; null where they cannot be compared.</param>
public sealed record TensorDifference(string Name, TensorView? Left, TensorView? Right, ValueDifference? Values)
{
    /// <summary>The first thing in which the two differ.</summary>
    public DifferenceKind Kind =>
        Left is null ? DifferenceKind.MissingLeft
        : Right is null ? DifferenceKind.MissingRight
        : Left.Shape != Right.Shape ? DifferenceKind.Shape
        : Left.DType != Right.DType ? DifferenceKind.DType
        : DifferenceKind.Values;
}
