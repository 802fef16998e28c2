using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.LegacyTorch;

/// <summary>A tensor that a rank has and another one has too.</summary>
internal sealed record RankCopy(string Name, string Rank, TensorView View, string FirstRank, TensorView First)
{
    /// <summary>Compares each copy with the first, bit by bit.</summary>
    /// <exception cref="MappingException">Some differ; all are told.</exception>
    public static async Task CheckAsync(
        IReadOnlyList<RankCopy> copies,
        TransferOptions options,
        CancellationToken cancellation
    )
    {
        List<string> faults = [];
        RankCopy[] alike = [.. copies.Where(copy => copy.View.DType == copy.First.DType)];
        faults.AddRange(
            copies
                .Except(alike)
                .Select(copy =>
                    $"{copy.Name} is {copy.View.DType} on {copy.Rank}, but {copy.First.DType} on {copy.FirstRank}."
                )
        );
        bool[] differs = new bool[alike.Length];
        await TensorPass
            .ForEachPairAsync(
                [.. alike.Select(copy => (copy.View, copy.First))],
                (pair, _, view, first) => differs[pair] |= !view.SequenceEqual(first),
                options,
                cancellation: cancellation
            )
            .ConfigureAwait(false);
        faults.AddRange(
            alike
                .Where((_, pair) => differs[pair])
                .Select(copy =>
                    $"{copy.Name} on {copy.Rank} differs from what {copy.FirstRank} has of the same parameter."
                )
        );
        if (faults.Count > 0)
        {
            throw new MappingException("Ranks that should have copies of one tensor disagree", faults);
        }
    }
}
