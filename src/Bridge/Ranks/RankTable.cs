using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Ranks;

/// <summary>The parameters that a rank has of each of its virtual stages, from the config alone, in the order of the model.</summary>
public sealed class RankTable
{
    private const string Embedding = "embedding.word_embeddings.weight";
    private const string Head = "output_layer.weight";
    private const string Layers = ".layers.";
    private const string Experts = ".experts.";
    private readonly ParallelSizes _sizes;
    private readonly RankPlace _place;
    private readonly IReadOnlyList<ModelParameter> _parameters;
    private readonly bool _hasGroupedExperts;

    private RankTable(ModelTable table, ModelProvider provider, ParallelSizes sizes, RankPlace place)
    {
        _sizes = sizes;
        _place = place;
        _hasGroupedExperts = provider.MoeGroupedGemm;
        _parameters = [.. table.Parameters];
    }

    /// <summary>What a rank at <paramref name="place"/> has, a list for each virtual stage.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static IReadOnlyList<IReadOnlyList<RankParameter>> Build(
        ModelTable table,
        ModelProvider provider,
        ParallelSizes sizes,
        RankPlace place
    )
    {
        RankTable own = new(table, provider, sizes, place);
        return [.. Enumerable.Range(0, sizes.Vp).Select(stage => own.Stage(stage, provider))];
    }

    private List<RankParameter> Stage(int stage, ModelProvider provider)
    {
        List<RankParameter> has = [];
        Dictionary<int, int> layers = []; // by their number in the model
        foreach (ModelParameter parameter in _parameters)
        {
            if (
                parameter.Stage == _place.Pp
                && parameter.VirtualStage == stage
                && _place.HasExpertOf(parameter, _sizes)
            )
            {
                has.Add(RankParameter.Of(parameter, LocalName(parameter, layers), _sizes, _place));
            }
        }

        AddCopies(has, stage, provider);
        return has;
    }

    private string LocalName(ModelParameter parameter, Dictionary<int, int> layers)
    {
        string name = parameter.Name;
        if (parameter.Layer is int layer)
        {
            layers.TryAdd(layer, layers.Count);
            int start = name.IndexOf(Layers, StringComparison.Ordinal) + Layers.Length;
            name = $"{name.AsSpan(0, start)}{layers[layer]}{name.AsSpan(start + $"{layer}".Length)}";
        }

        if (parameter.Expert is int expert)
        {
            int local = expert % RankPlace.ExpertsOfRank(parameter, _sizes);
            name = name[..^$"{expert}".Length];
            name = _hasGroupedExperts
                ? $"{name}{local}"
                : name.Replace(Experts, $"{Experts}local_experts.{local}.", StringComparison.Ordinal);
        }

        // The mixer keeps its convolution as parameters of its own, which it saves as if they were a module's.
        return name.Replace("mixer.conv1d.", "mixer.conv1d_", StringComparison.Ordinal);
    }

    /// <summary>
    /// Tied embeddings are on the first and the last stage, and wherever prediction layers are, although a checkpoint has them
    /// once.
    /// </summary>
    private void AddCopies(List<RankParameter> has, int stage, ModelProvider provider)
    {
        if (_parameters.FirstOrDefault(parameter => IsNamed(parameter, Embedding)) is not { } embedding)
        {
            return;
        }

        string prefix = embedding.Name[..^Embedding.Length];
        bool isOwner = embedding.Stage == _place.Pp && embedding.VirtualStage == stage;
        bool predicts = has.Exists(own => own.Parameter.Name.StartsWith(prefix + "mtp.", StringComparison.Ordinal));
        if (predicts && !isOwner)
        {
            has.Insert(0, Copy(embedding, embedding.Name));
        }

        bool isLast = _place.Pp == _sizes.Pp - 1 && stage == _sizes.Vp - 1;
        if (isLast && !isOwner && !predicts && provider.ShareEmbeddingsAndOutputWeights)
        {
            has.Add(Copy(embedding, prefix + Head));
        }
    }

    private RankParameter Copy(ModelParameter parameter, string name) =>
        RankParameter.Of(parameter, name, _sizes, _place) with
        {
            IsCopy = true,
        };

    private static bool IsNamed(ModelParameter parameter, string name) =>
        parameter.Name == name || parameter.Name.EndsWith("." + name, StringComparison.Ordinal);
}
