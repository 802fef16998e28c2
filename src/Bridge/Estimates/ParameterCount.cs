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
    public static ParameterCount Of(ModelProvider provider) => Of(ModelTable.Build(provider), provider);

    /// <summary>Counts those of a table, which was made from <paramref name="provider"/>.</summary>
    public static ParameterCount Of(ModelTable table, ModelProvider provider)
    {
        (long total, long embedding, long prediction) = (0, 0, 0);
        decimal active = 0;
        foreach (ModelParameter parameter in table.Parameters.Where(parameter => !parameter.IsBuffer))
        {
            long count = parameter.Shape.ElementCount;
            total = checked(total + count);
            active += count * ShareOfVisits(parameter, provider);
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

    private static decimal ShareOfVisits(ModelParameter parameter, ModelProvider provider) =>
        parameter.Expert is null ? 1
        : parameter.Name.Contains(VisionExperts, StringComparison.Ordinal) ? 0
        : (decimal)Math.Min(provider.MoeRouterTopk, parameter.Axes[^1].Count) / parameter.Axes[^1].Count;
}
