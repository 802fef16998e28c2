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
    private const string State = "._extra_state";
    private const string Projection = ".linear_proj" + State;
    private const string CoreAttention = ".core_attention.";
    private readonly ParallelSizes _sizes;
    private readonly RankPlace _place;
    private readonly IReadOnlyList<ModelEntry> _entries;
    private readonly bool _hasGroupedExperts;

    private RankTable(ModelTable table, ModelProvider provider, ParallelSizes sizes, RankPlace place)
    {
        _sizes = sizes;
        _place = place;
        _hasGroupedExperts = provider.MoeGroupedGemm;
        _entries = table.Entries;
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
        try
        {
            return [.. Enumerable.Range(0, sizes.Vp).Select(stage => own.Stage(stage, provider))];
        }
        catch (LayoutException)
        {
            table.RequireDivision(sizes); // tells all that does not divide, not the first
            throw;
        }
    }

    /// <summary>The extra states that modules of a rank at <paramref name="place"/> have, a list for each virtual stage.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    internal static IReadOnlyList<IReadOnlyList<RankObject>> Objects(
        ModelTable table,
        ModelProvider provider,
        ParallelSizes sizes,
        RankPlace place
    )
    {
        RankTable own = new(table, provider, sizes, place);
        return [.. Enumerable.Range(0, sizes.Vp).Select(stage => own.ObjectsOf(stage, provider))];
    }

    /// <summary>True for the table of the tokens' vectors.</summary>
    internal static bool IsEmbedding(ModelParameter parameter) => IsNamed(parameter, Embedding);

    private List<RankParameter> Stage(int stage, ModelProvider provider)
    {
        Dictionary<int, int> layers = LayersOf(stage);
        List<RankParameter> has =
        [
            .. Of<ModelParameter>(stage)
                .Select(parameter =>
                    RankParameter.Of(parameter, LocalName(parameter.Name, parameter, layers), _sizes, _place)
                ),
        ];
        AddCopies(has, stage, provider);
        return has;
    }

    private List<RankObject> ObjectsOf(int stage, ModelProvider provider)
    {
        Dictionary<int, int> layers = LayersOf(stage);
        List<RankObject> has =
        [
            .. Of<ModelObject>(stage)
                .Select(entry => new RankObject(LocalName(entry.Name, entry, layers), entry.IsNone, entry))
                .DistinctBy(own => own.Name), // grouped experts are one module
        ];
        if (!LayerSpec.Of(provider).HasOwnAttention)
        {
            AddCoreAttention(
                has,
                Of<ModelParameter>(stage).Select(parameter => LocalName(parameter.Name, parameter, layers))
            );
        }

        // The head is on the last stage even where it has no weight of its own. Of GPT models torch_dist leaves its state out.
        if (IsLast(stage) && FindEmbedding() is { } embedding && !provider.Has("num_labels"))
        {
            string head = $"{embedding.Name[..^Embedding.Length]}output_layer{State}";
            if (!has.Exists(own => own.Name == head))
            {
                has.Add(new(head, IsNone: true));
            }
        }

        return has;
    }

    /// <summary>
    /// Transformer Engine's attention has a state that torch_dist leaves out; where the module has parameters of another kind, it is not that.
    /// </summary>
    private static void AddCoreAttention(List<RankObject> has, IEnumerable<string> parameters)
    {
        HashSet<string> others =
        [
            .. parameters
                .Where(name =>
                    name.Contains(CoreAttention, StringComparison.Ordinal)
                    && !name.EndsWith("softmax_offset", StringComparison.Ordinal)
                )
                .Select(name => name[..name.IndexOf(CoreAttention, StringComparison.Ordinal)]),
        ];
        foreach (RankObject projection in has.Where(own => !own.IsNone).ToList())
        {
            if (projection.Name.EndsWith(Projection, StringComparison.Ordinal))
            {
                string attention = projection.Name[..^Projection.Length];
                string name = $"{attention}{CoreAttention.TrimEnd('.')}{State}";
                if (!others.Contains(attention) && !has.Exists(own => own.Name == name))
                {
                    has.Add(new(name, IsNone: false));
                }
            }
        }
    }

    private IEnumerable<T> Of<T>(int stage)
        where T : ModelEntry =>
        _entries
            .OfType<T>()
            .Where(entry =>
                entry.Stage == _place.Pp && entry.VirtualStage == stage && _place.HasExpertOf(entry, _sizes)
            );

    /// <summary>The numbers on the rank of the layers of a stage, by those in the model.</summary>
    private Dictionary<int, int> LayersOf(int stage)
    {
        Dictionary<int, int> layers = [];
        foreach (ModelEntry entry in Of<ModelEntry>(stage))
        {
            if (entry.Layer is int layer)
            {
                layers.TryAdd(layer, layers.Count);
            }
        }

        return layers;
    }

    private string LocalName(string name, ModelEntry entry, Dictionary<int, int> layers)
    {
        if (entry.Layer is int layer)
        {
            int start = name.IndexOf(Layers, StringComparison.Ordinal) + Layers.Length;
            name = $"{name.AsSpan(0, start)}{layers[layer]}{name.AsSpan(start + $"{layer}".Length)}";
        }

        if (entry.Expert is int expert)
        {
            int local = expert % RankPlace.ExpertsOfRank(entry, _sizes);
            bool isNumbered = entry is ModelParameter;
            name = isNumbered ? name[..^$"{expert}".Length] : name;
            name =
                !_hasGroupedExperts
                    ? name.Replace(Experts, $"{Experts}local_experts.{local}.", StringComparison.Ordinal)
                : isNumbered ? $"{name}{local}"
                : name;
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
        if (FindEmbedding() is not { } embedding)
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

        if (IsLast(stage) && !isOwner && !predicts && provider.ShareEmbeddingsAndOutputWeights)
        {
            has.Add(Copy(embedding, prefix + Head));
        }
    }

    private RankParameter Copy(ModelParameter parameter, string name) =>
        RankParameter.Of(parameter, name, _sizes, _place) with
        {
            IsCopy = true,
        };

    private bool IsLast(int stage) => _place.Pp == _sizes.Pp - 1 && stage == _sizes.Vp - 1;

    private ModelParameter? FindEmbedding() => _entries.OfType<ModelParameter>().FirstOrDefault(IsEmbedding);

    private static bool IsNamed(ModelParameter parameter, string name) =>
        parameter.Name == name || parameter.Name.EndsWith("." + name, StringComparison.Ordinal);
}
