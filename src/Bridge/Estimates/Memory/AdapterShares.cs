using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates.Memory;

/// <summary>The matrices, and DoRA's magnitudes, that are trained beside frozen weights.</summary>
internal static class AdapterShares
{
    private const string Suffix = ".weight";
    private static readonly string[] Towers = ["vision", "visual.", "audio"];

    /// <summary>True for the weight of a linear layer that has an adapter.</summary>
    public static bool IsTarget(ModelParameter weight, LoraSettings lora) => AdaptersOf(weight, lora).Count > 0;

    /// <summary>The adapters of a weight: the rows of each one's B.</summary>
    /// <exception cref="InvalidConfigException">The rows of a query projection cannot be told.</exception>
    public static IEnumerable<long> RowsOf(ModelParameter weight, LoraSettings lora, ModelProvider provider) =>
        AdaptersOf(weight, lora).Select(part => part is null ? weight.Shape[0] : RowsOf(part, weight, provider));

    /// <summary>Refuses a rank below 1, or one that ranks cannot share, and names that no linear layer has.</summary>
    /// <exception cref="InvalidConfigException">There is nothing to train.</exception>
    /// <exception cref="LayoutException">The rank does not divide.</exception>
    public static void Require(IReadOnlyList<ModelParameter> parameters, LoraSettings lora, ParallelSizes sizes)
    {
        lora.Require(parameters.Where(IsLinear).Select(ModuleOf));
        foreach (ModelParameter weight in parameters.Where(weight => IsTarget(weight, lora)))
        {
            (string field, int ranks) = weight.Expert is null
                ? ("tensor_model_parallel_size", sizes.Tp)
                : ("expert_tensor_parallel_size", sizes.Etp);
            if (AdapterSlot.CutOfA(weight).Axis == 0 && lora.Rank % ranks != 0)
            {
                throw new LayoutException(
                    $"The rank of the adapters ({lora.Rank}) must be a multiple of {field} ({ranks}): beside {ModuleOf(weight)}, ranks share "
                        + "the rows of A."
                );
            }
        }
    }

    /// <summary>What each rank of a stage, which has <paramref name="weights"/>, has of them.</summary>
    /// <exception cref="LayoutException">Something does not divide.</exception>
    public static IEnumerable<RankShare> Of(
        IEnumerable<AlikeParameters> weights,
        LoraSettings lora,
        ModelProvider provider,
        ParallelSizes sizes
    ) =>
        weights.SelectMany(weight =>
            RowsOf(weight.First, lora, provider)
                .SelectMany(rows => OfAdapter(weight.First, rows, lora, sizes))
                .Select(share => share.Times(weight.Count))
        );

    private static IEnumerable<RankShare> OfAdapter(
        ModelParameter weight,
        long rows,
        LoraSettings lora,
        ParallelSizes sizes
    )
    {
        int perRank =
            weight.Expert is not null && lora.SharesExpertAdapters ? RankPlace.ExpertsOfRank(weight, sizes) : 1;
        Cut cutOfB =
            rows == weight.Shape[0] ? AdapterSlot.CutOfB(weight)
            : weight.Cut.Axis == 0 ? Cut.Rows
            : Cut.Replicated;
        RankShare a = Of([lora.Rank, weight.Shape[1]], AdapterSlot.CutOfA(weight));
        RankShare b = Of([rows, lora.Rank], cutOfB);
        yield return a with
        {
            Elements = a.Elements / perRank,
        };
        yield return b with
        {
            Elements = b.Elements / perRank,
        };
        if (lora.Method == AdapterMethod.Dora)
        {
            yield return Of([rows], weight.Cut.Axis == 0 ? Cut.Rows : Cut.Replicated);
        }

        RankShare Of(Shape shape, Cut cut) =>
            RankShare.Of(weight with { Shape = shape, Cut = cut, DType = null }, sizes);
    }

    private static IReadOnlyList<string?> AdaptersOf(ModelParameter weight, LoraSettings lora) =>
        IsLinear(weight)
            ? lora.AdaptersOf(ModuleOf(weight), weight.Cut.Parts.Count == 2, weight.Expert is not null)
            : [];

    private static long RowsOf(string part, ModelParameter weight, ModelProvider provider)
    {
        if (part is "linear_fc1_gate" or "linear_fc1_up")
        {
            return weight.Shape[0] / 2;
        }

        if (Array.Exists(Towers, tower => weight.Name.Contains(tower, StringComparison.Ordinal)))
        {
            return weight.Shape[0] / 3; // towers have as many heads of keys and values as of queries
        }

        ModelProvider own = weight.Layer is int layer ? provider.OfLayer(layer) : provider;
        long keys = (long)own.NumQueryGroups * own.KvChannels;
        long values = (long)own.NumQueryGroups * own.ValueHeadSize;
        long queries = weight.Shape[0] - keys - values;
        return queries < 1
                ? throw new InvalidConfigException(
                    $"{weight.Name} has {weight.Shape[0]} rows, which are not those of queries, keys ({keys}) and values ({values})."
                )
            : part == "linear_q" ? queries
            : part == "linear_k" ? keys
            : values;
    }

    private static bool IsLinear(ModelParameter weight) =>
        weight.Shape.Rank == 2
        && weight.Key.EndsWith(Suffix, StringComparison.Ordinal)
        && !weight.Key.Contains("embedding", StringComparison.Ordinal);

    private static string ModuleOf(ModelParameter weight) =>
        weight.Key[(weight.Key.LastIndexOf('.', weight.Key.Length - Suffix.Length - 1) + 1)..^Suffix.Length];
}
