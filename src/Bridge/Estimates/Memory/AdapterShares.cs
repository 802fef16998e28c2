using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates.Memory;

/// <summary>The matrices that LoRA trains beside frozen weights.</summary>
internal static class AdapterShares
{
    private const string Suffix = ".weight";

    /// <summary>True for the weight of a linear layer that has an adapter.</summary>
    public static bool IsTarget(ModelParameter weight, LoraSettings lora) =>
        weight.Shape.Rank == 2
        && weight.Key.EndsWith(Suffix, StringComparison.Ordinal)
        && lora.TargetModules.Contains(ModuleOf(weight.Key));

    /// <summary>Refuses a rank below 1, and names that no linear layer has.</summary>
    /// <exception cref="InvalidConfigException">There is nothing to train.</exception>
    public static void Require(IReadOnlyList<ModelParameter> parameters, LoraSettings lora)
    {
        if (lora.Rank < 1)
        {
            throw new InvalidConfigException($"The rank of LoRA adapters is {lora.Rank}; it must be 1 or more.");
        }

        if (!parameters.Any(parameter => IsTarget(parameter, lora)))
        {
            throw new InvalidConfigException(
                $"The model has no linear layer called {string.Join(" or ", lora.TargetModules)} for LoRA adapters."
            );
        }
    }

    /// <summary>What each rank of a stage, which has <paramref name="weights"/>, has of them.</summary>
    /// <exception cref="LayoutException">The rank does not divide.</exception>
    public static IEnumerable<RankShare> Of(
        IEnumerable<AlikeParameters> weights,
        LoraSettings lora,
        ParallelSizes sizes
    ) =>
        weights
            .Where(weight => IsTarget(weight.First, lora))
            .SelectMany(weight => Of(weight.First, lora, sizes).Select(share => share.Times(weight.Count)));

    private static RankShare[] Of(ModelParameter weight, LoraSettings lora, ParallelSizes sizes) =>
        [
            Of(weight, [lora.Rank, weight.Shape[1]], AdapterSlot.CutOfA(weight), lora, sizes),
            Of(weight, [weight.Shape[0], lora.Rank], AdapterSlot.CutOfB(weight), lora, sizes),
        ];

    private static RankShare Of(ModelParameter weight, Shape shape, Cut cut, LoraSettings lora, ParallelSizes sizes)
    {
        RankShare share = RankShare.Of(weight with { Shape = shape, Cut = cut, DType = null }, sizes);
        return weight.Expert is not null && lora.SharesExpertAdapters
            ? share with
            {
                Elements = share.Elements / RankPlace.ExpertsOfRank(weight, sizes),
            }
            : share;
    }

    private static string ModuleOf(string key) =>
        key[(key.LastIndexOf('.', key.Length - Suffix.Length - 1) + 1)..^Suffix.Length];
}
