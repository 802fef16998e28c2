using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Ranks;

/// <summary>What decides which part of a model a rank has. Ranks with the same place have the same.</summary>
public readonly record struct RankPlace(int Pp, int Tp, int Ep, int Etp)
{
    /// <summary>The place of a rank.</summary>
    public static RankPlace Of(RankGrid grid, int rank) =>
        new(grid.Pp(rank), grid.Tp(rank), grid.Ep(rank), grid.Etp(rank));

    /// <summary>True when a rank here has the expert that <paramref name="entry"/> belongs to, or it belongs to none.</summary>
    /// <exception cref="LayoutException">The experts do not divide.</exception>
    internal bool HasExpertOf(ModelEntry entry, ParallelSizes sizes) =>
        entry.Expert is not int expert || expert / ExpertsOfRank(entry, sizes) == Ep;

    /// <summary>How many of the experts beside that of a parameter or object each rank has.</summary>
    /// <exception cref="LayoutException">They do not divide.</exception>
    internal static int ExpertsOfRank(ModelEntry entry, ParallelSizes sizes)
    {
        int experts = entry.Axes[^1].Count;
        return experts % sizes.Ep == 0
            ? experts / sizes.Ep
            : throw new LayoutException(ModelTable.ExpertFault(experts, sizes));
    }
}
