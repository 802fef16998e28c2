using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.LegacyTorch;

/// <summary>A folder of a legacy checkpoint, and the place of the ranks whose part of the model it has.</summary>
/// <param name="Name">For example <c>mp_rank_01_003</c>.</param>
/// <param name="Place">Where such ranks are.</param>
/// <param name="IsNeeded">
/// False when all that the folder has is in others too: where neither of the two ways to divide a stage goes into the other, Megatron
/// writes only some of them.
/// </param>
internal sealed record RankFolder(string Name, RankPlace Place, bool IsNeeded)
{
    private const long MostRanks = 1 << 20;

    /// <summary>All folders of a layout, those of the first stage first.</summary>
    /// <exception cref="LayoutException">Ranks that have different parts of the model would share a folder.</exception>
    public static IReadOnlyList<RankFolder> Of(ParallelSizes sizes, bool hasExperts)
    {
        sizes.Validate();

        // Ranks that differ in these alone have the same.
        sizes = sizes with
        {
            Cp = 1,
            Dp = 1,
        };
        RefuseTooMany(sizes);
        RankGrid grid = new(sizes);
        OrderedDictionary<string, RankFolder> folders = [];
        List<string> shared = [];
        foreach (int rank in grid.Ranks)
        {
            RankPlace place = RankPlace.Of(grid, rank);
            bool isNeeded = rank % sizes.StageSize < Math.Max(sizes.Tp, sizes.Etp * sizes.Ep);
            RankFolder folder = new(NameOf(place, sizes), place, isNeeded);
            if (!folders.TryAdd(folder.Name, folder) && hasExperts && folders[folder.Name].Place != place)
            {
                shared.Add(folder.Name);
            }
        }

        return shared.Count == 0
            ? folders.Values
            : throw new LayoutException(
                $"The legacy format has no number for the expert tensor parallel rank, so ranks with different parts of the experts would "
                    + $"share {shared[0]}: expert tensor parallel size {sizes.Etp} must divide tensor parallel size {sizes.Tp}. "
                    + "Choose another --etp, or --ckpt-format torch_dist."
            );
    }

    private static string NameOf(RankPlace place, ParallelSizes sizes) =>
        $"mp_rank_{place.Tp:D2}{(sizes.Pp > 1 ? $"_{place.Pp:D3}" : "")}{(sizes.Ep > 1 ? $"_{place.Ep:D3}" : "")}";

    private static void RefuseTooMany(ParallelSizes sizes)
    {
        long ranks = 1;
        foreach (int size in (int[])[sizes.Tp, sizes.Pp, sizes.Ep, sizes.Etp])
        {
            ranks = Math.Min(ranks * size, MostRanks + 1);
        }

        if (ranks > MostRanks)
        {
            throw new LayoutException($"{sizes.Describe()} are more than {MostRanks} ranks.");
        }
    }
}
