using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Memory;

/// <summary>Parameters of a stage that ranks share alike: those of equal layers.</summary>
/// <param name="First">The first, which stands for all.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct AlikeParameters(ModelParameter First, int Count)
{
    /// <summary>Puts those together of which ranks have as much, of modules with the same name.</summary>
    public static IEnumerable<AlikeParameters> Of(IEnumerable<ModelParameter> parameters) =>
        parameters
            .GroupBy(parameter =>
                (
                    parameter.Stage,
                    Experts: parameter.Expert is null ? 0 : parameter.Axes[^1].Count,
                    parameter.Shape,
                    parameter.Cut,
                    parameter.DType,
                    parameter.IsBuffer,
                    Name: LastNames(parameter.Key)
                )
            )
            .Select(alike => new AlikeParameters(alike.First(), alike.Count()));

    /// <summary>What each rank that has them has of all of them.</summary>
    /// <exception cref="LayoutException">Something does not divide.</exception>
    public RankShare On(ParallelSizes sizes) => RankShare.Of(First, sizes).Times(Count);

    // Of decoder.layers.3.mlp.linear_fc1.weight the linear_fc1.weight.
    private static string LastNames(string key)
    {
        int last = key.LastIndexOf('.');
        return key[((last > 0 ? key.LastIndexOf('.', last - 1) : -1) + 1)..];
    }
}
