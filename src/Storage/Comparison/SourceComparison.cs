using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Comparison;

/// <summary>Compares the tensors of two sources, name by name and bit by bit, in bounded memory.</summary>
public static class SourceComparison
{
    /// <summary>
    /// Compares all tensors. Those whose types differ are compared by value when both are floating-point; those whose
    /// shapes differ are not.
    /// </summary>
    /// <exception cref="BadFileException">A file ends early or cannot be read.</exception>
    public static async Task<ComparisonResult> RunAsync(
        ITensorSource left,
        ITensorSource right,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        List<TensorDifference> found = [.. Join(left, right)];
        List<int> comparable = [.. Enumerable.Range(0, found.Count).Where(index => CanCompare(found[index]))];
        (TensorView Left, TensorView Right)[] pairs = [.. comparable.Select(index => SameType(found[index]))];
        DifferenceCount[] counts = [.. pairs.Select(pair => new DifferenceCount(pair.Left.DType))];

        await TensorPass.ForEachPairAsync(
            pairs,
            (pair, offset, leftBytes, rightBytes) => counts[pair].Add(offset, leftBytes, rightBytes),
            options,
            progress,
            cancellation
        );

        for (int pair = 0; pair < pairs.Length; pair++)
        {
            found[comparable[pair]] = found[comparable[pair]] with { Values = counts[pair].Result };
        }

        List<TensorDifference> differences = [.. found.Where(IsDifferent)];
        return new(found.Count - differences.Count, pairs.Sum(pair => pair.Left.ByteCount), differences);
    }

    private static IEnumerable<TensorDifference> Join(ITensorSource left, ITensorSource right)
    {
        foreach (string name in left.Names)
        {
            yield return new(name, left.Find(name), right.Find(name), null);
        }

        foreach (string name in right.Names)
        {
            if (left.Find(name) is null)
            {
                yield return new(name, null, right.Find(name), null);
            }
        }
    }

    private static bool CanCompare(TensorDifference pair) =>
        pair is { Left: { } left, Right: { } right }
        && left.Shape == right.Shape
        && (left.DType == right.DType || (left.DType.IsWideFloat() && right.DType.IsWideFloat()));

    private static (TensorView Left, TensorView Right) SameType(TensorDifference pair) =>
        pair.Left!.DType == pair.Right!.DType
            ? (pair.Left, pair.Right)
            : (pair.Left.CastTo(DType.F64), pair.Right.CastTo(DType.F64));

    private static bool IsDifferent(TensorDifference pair) =>
        pair.Kind != DifferenceKind.Values || pair.Values is { Count: > 0 };
}
