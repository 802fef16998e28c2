using MegatronBridge.Layout;

namespace MegatronBridge.Ranks;

/// <summary>What decides which part of a model a rank has. Ranks with the same place have the same.</summary>
public readonly record struct RankPlace(int Pp, int Tp, int Ep, int Etp)
{
    /// <summary>The place of a rank.</summary>
    public static RankPlace Of(RankGrid grid, int rank) =>
        new(grid.Pp(rank), grid.Tp(rank), grid.Ep(rank), grid.Etp(rank));
}
