using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;

namespace MegatronBridge.Estimates.Memory;

/// <summary>How much of a parameter each rank of its stage has. Experts of a layer are alike, so the first stands for all on the rank.</summary>
/// <param name="Parameter">The parameter, of experts the first.</param>
/// <param name="Elements">Elements on each rank, of all experts that it has.</param>
internal readonly record struct RankShare(ModelParameter Parameter, long Elements)
{
    /// <summary>The parameters of a table, of the experts of a layer only the first.</summary>
    public static IReadOnlyList<ModelParameter> Distinct(ModelTable table) =>
        [.. table.Parameters.Where(parameter => parameter.Expert is null or 0)];

    /// <summary>What each rank of a stage has of <see cref="Distinct"/> parameters, copies of tied embeddings included.</summary>
    /// <exception cref="LayoutException">Something does not divide.</exception>
    public static IEnumerable<RankShare> OfStage(
        IReadOnlyList<ModelParameter> parameters,
        ModelProvider provider,
        ParallelSizes sizes,
        int stage
    )
    {
        foreach (ModelParameter parameter in parameters)
        {
            if (parameter.Stage == stage)
            {
                yield return Of(parameter, sizes);
            }
        }

        if (parameters.FirstOrDefault(RankTable.IsEmbedding) is { } embedding)
        {
            for (int copies = CopiesOn(stage, parameters, embedding, provider, sizes); copies > 0; copies--)
            {
                yield return Of(embedding, sizes);
            }
        }
    }

    /// <summary>What each rank that has a parameter has of it.</summary>
    public static RankShare Of(ModelParameter parameter, ParallelSizes sizes)
    {
        long elements = ParameterChunk
            .Cut(parameter, sizes)
            .Where(chunk => chunk.TpRank is null or 0)
            .Sum(chunk => chunk.InParameter.Sizes.ElementCount);
        long experts = parameter.Expert is null ? 1 : RankPlace.ExpertsOfRank(parameter, sizes);
        return new(parameter, checked(elements * experts));
    }

    // Prediction layers need the embedding, and so does a tied head, wherever they are.
    private static int CopiesOn(
        int stage,
        IReadOnlyList<ModelParameter> parameters,
        ModelParameter embedding,
        ModelProvider provider,
        ParallelSizes sizes
    )
    {
        int copies = 0;
        for (int chunk = 0; chunk < sizes.Vp; chunk++)
        {
            bool isOwner = embedding.Stage == stage && embedding.VirtualStage == chunk;
            bool predicts = parameters.Any(parameter =>
                parameter.Stage == stage && parameter.VirtualStage == chunk && ParameterCount.IsOfPrediction(parameter)
            );
            bool isLast = stage == sizes.Pp - 1 && chunk == sizes.Vp - 1;
            bool needs = predicts || (isLast && provider.ShareEmbeddingsAndOutputWeights);
            copies += needs && !isOwner ? 1 : 0;
        }

        return copies;
    }
}
