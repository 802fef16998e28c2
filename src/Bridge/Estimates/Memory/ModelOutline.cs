using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;

namespace MegatronBridge.Estimates.Memory;

/// <summary>
/// What memory needs to know of a model's table, stage by stage. It depends on the pipeline and on how the vocabulary is padded, not on who
/// shares what.
/// </summary>
internal sealed class ModelOutline
{
    private readonly ILookup<int, AlikeParameters> _ofStage;

    private ModelOutline(ModelTable table, ModelProvider provider)
    {
        Parameters = [.. table.Parameters];
        Count = ParameterCount.Of(table, provider);
        _ofStage = AlikeParameters
            .Of(Parameters.Concat(EmbeddingCopies(provider)))
            .ToLookup(alike => alike.First.Stage);
    }

    /// <summary>The parameters, of the experts of a layer only the first.</summary>
    public IReadOnlyList<ModelParameter> Parameters { get; }

    /// <summary>How many parameters the model has.</summary>
    public ParameterCount Count { get; }

    /// <summary>That of a completed provider.</summary>
    /// <exception cref="LayoutException">The layers do not divide over the pipeline.</exception>
    public static ModelOutline Of(ModelProvider provider) => new(ModelTable.Outline(provider), provider);

    /// <summary>The parameters of a stage, copies of tied embeddings included.</summary>
    public IEnumerable<AlikeParameters> OfStage(int stage) => _ofStage[stage];

    // Prediction layers need the embedding, and so does a tied head, wherever they are.
    private IEnumerable<ModelParameter> EmbeddingCopies(ModelProvider provider)
    {
        if (Parameters.FirstOrDefault(RankTable.IsEmbedding) is not { } embedding)
        {
            return [];
        }

        IEnumerable<(int, int)> places = Parameters.Where(ParameterCount.IsOfPrediction).Select(PlaceOf);
        if (provider.ShareEmbeddingsAndOutputWeights)
        {
            places = places.Append(new PipelineSplit(provider).LossStage);
        }

        return places
            .Distinct()
            .Where(place => place != PlaceOf(embedding))
            .Select(place => embedding with { Stage = place.Item1, VirtualStage = place.Item2 });
    }

    private static (int Pp, int Vp) PlaceOf(ModelParameter parameter) => (parameter.Stage, parameter.VirtualStage);
}
