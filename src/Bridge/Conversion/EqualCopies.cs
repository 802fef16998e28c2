using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// Makes sure that tensors which are left out because they are copies really are: a tied head, the embedding of a
/// prediction layer.
/// </summary>
internal static class EqualCopies
{
    /// <summary>Compares each ignored copy with its original, bit by bit.</summary>
    /// <exception cref="MappingException">Some differ: leaving them out would lose them.</exception>
    public static async Task CheckAsync(
        ITensorSource source,
        IReadOnlyList<IgnoredEntry> ignored,
        TransferOptions options,
        CancellationToken cancellation
    )
    {
        List<string> faults = [];
        List<(TensorView Copy, TensorView Original)> pairs = [];
        List<IgnoredEntry> entries = [];
        foreach (IgnoredEntry entry in ignored.Where(entry => entry.EqualTo is not null))
        {
            TensorView copy = source.Find(entry.Name)!;
            if (
                source.Find(entry.EqualTo!) is { } original
                && original.DType == copy.DType
                && original.Shape == copy.Shape
            )
            {
                pairs.Add((copy, original));
                entries.Add(entry);
            }
            else
            {
                string found = source.Find(entry.EqualTo!)?.ToString() ?? "which is missing";
                faults.Add($"{entry.Name} {copy} should be a copy of {entry.EqualTo}, {found}.");
            }
        }

        bool[] differs = new bool[pairs.Count];
        await TensorPass
            .ForEachPairAsync(
                pairs,
                (pair, _, copy, original) => differs[pair] |= !copy.SequenceEqual(original),
                options,
                cancellation: cancellation
            )
            .ConfigureAwait(false);
        faults.AddRange(
            entries
                .Where((_, pair) => differs[pair])
                .Select(entry =>
                    $"{entry.Name} differs from {entry.EqualTo}, of which it should be a copy: {entry.Reason}. "
                    + "Correct the config if the two are not tied."
                )
        );
        if (faults.Count > 0)
        {
            throw new MappingException("Tensors that should be copies of others are not", faults);
        }
    }
}
