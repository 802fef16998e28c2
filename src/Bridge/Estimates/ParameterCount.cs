using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates;

/// <summary>How many parameters a model has: the sum over its model table. What no gradient trains does not count.</summary>
/// <param name="Total">All of them; a tied head counts once.</param>
/// <param name="Active">Those that a token of text takes part with: of experts only those that it visits.</param>
/// <param name="Embedding">Those of embeddings and head, for the vocabulary and for positions.</param>
/// <param name="Prediction">Those of layers for multi-token prediction.</param>
public sealed record ParameterCount(long Total, long Active, long Embedding, long Prediction)
{
    private const string VisionExperts = ".vision_moe_layer.";

    /// <summary>Counts those of a model.</summary>
    public static ParameterCount Of(ModelProvider provider) => Of(ModelTable.Outline(provider), provider);

    /// <summary>Counts those of a table, which was made from <paramref name="provider"/>.</summary>
    public static ParameterCount Of(ModelTable table, ModelProvider provider)
    {
        (long total, long embedding, long prediction) = (0, 0, 0);
        decimal active = 0;
        foreach (ModelParameter parameter in table.Parameters.Where(IsCounted))
        {
            long one = parameter.Shape.ElementCount;
            long count = checked(one * Alike(parameter));
            total = checked(total + count);
            active += (decimal)one * Visited(parameter, provider);
            embedding += IsOfVocabulary(parameter) ? count : 0;
            prediction += IsOfPrediction(parameter) ? count : 0;
        }

        return new(total, (long)decimal.Round(active), embedding, prediction);
    }

    /// <summary>True for a parameter of a layer for multi-token prediction.</summary>
    internal static bool IsOfPrediction(ModelParameter parameter) =>
        parameter.Name.Contains("mtp.layers.", StringComparison.Ordinal);

    private static bool IsOfVocabulary(ModelParameter parameter) =>
        parameter.Name.Contains("output_layer.", StringComparison.Ordinal)
        || parameter.Name.Contains("embedding.word_embeddings.", StringComparison.Ordinal)
        || parameter.Name.Contains("embedding.position_embeddings.", StringComparison.Ordinal);

    // Of the experts of a layer the first stands for all.
    private static bool IsCounted(ModelParameter parameter) => !parameter.IsBuffer && parameter.Expert is null or 0;

    private static int Alike(ModelParameter parameter) => parameter.Expert is null ? 1 : parameter.Axes[^1].Count;

    private static int Visited(ModelParameter parameter, ModelProvider provider) =>
        parameter.Expert is null ? 1
        : parameter.Name.Contains(VisionExperts, StringComparison.Ordinal) ? 0
        : Math.Min(provider.MoeRouterTopk, Alike(parameter));
}
