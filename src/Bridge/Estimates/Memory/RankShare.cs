using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;

namespace MegatronBridge.Estimates.Memory;

/// <summary>How much of a parameter each rank of its stage has. Experts of a layer are alike, so the first stands for all on the rank.</summary>
/// <param name="Parameter">The parameter, of experts the first.</param>
/// <param name="Elements">Elements on each rank, of all experts that it has.</param>
internal readonly record struct RankShare(ModelParameter Parameter, long Elements)
{
    /// <summary>What each rank that has a parameter has of it.</summary>
    /// <exception cref="LayoutException">Something does not divide.</exception>
    public static RankShare Of(ModelParameter parameter, ParallelSizes sizes)
    {
        long elements = ParameterChunk.ElementsOfRank(parameter, sizes);
        long experts = parameter.Expert is null ? 1 : RankPlace.ExpertsOfRank(parameter, sizes);
        return new(parameter, checked(elements * experts));
    }

    /// <summary>What it has of so many parameters that are alike.</summary>
    public RankShare Times(int count) => this with { Elements = checked(Elements * count) };
}
