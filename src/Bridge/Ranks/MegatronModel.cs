using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>What one rank has of a model, or of one virtual stage of it: tensors by their names on the rank.</summary>
public sealed class MegatronModel : IDisposable
{
    private readonly Dictionary<string, ModelTensor> _byName;

    private MegatronModel(
        ModelProvider provider,
        ModelTable table,
        ParallelState parallel,
        int virtualStage,
        IEnumerable<ModelTensor> tensors
    )
    {
        Provider = provider;
        Table = table;
        Parallel = parallel;
        VirtualStage = virtualStage;
        PreProcess = parallel.IsFirstStage && virtualStage == 0;
        PostProcess = parallel.IsLastStage && virtualStage == parallel.Sizes.Vp - 1;
        Tensors = [.. tensors];
        _byName = Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The config that it was built from.</summary>
    public ModelProvider Provider { get; }

    /// <summary>The whole model, of which it is a part.</summary>
    public ModelTable Table { get; }

    /// <summary>The rank's place in the layout.</summary>
    public ParallelState Parallel { get; }

    /// <summary>Which of the rank's virtual stages it is.</summary>
    public int VirtualStage { get; }

    /// <summary>Parameters and what is saved beside them, in the order of the model.</summary>
    public IReadOnlyList<ModelTensor> Tensors { get; }

    /// <summary>Its gradients, and how ranks share them; null when it is not wrapped.</summary>
    public DataParallelModel? DataParallel { get; internal set; }

    /// <summary>True for the part that embeds tokens.</summary>
    public bool PreProcess { get; private init; }

    /// <summary>True for the part that makes logits.</summary>
    public bool PostProcess { get; private init; }

    /// <summary>Number of trained elements that the rank has, copies included.</summary>
    public long ParameterCount =>
        Tensors.Where(tensor => !tensor.Place.Parameter.IsBuffer).Sum(tensor => tensor.Shape.ElementCount);

    /// <summary>Builds what this rank has of the model that a completed <paramref name="provider"/> describes, a part for each virtual stage.</summary>
    /// <param name="provider">The config; the sizes in it are those of <paramref name="parallel"/>.</param>
    /// <param name="parallel">The rank's place.</param>
    /// <param name="isMeta">True for tensors without contents, which take no memory; else they are zero.</param>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static IReadOnlyList<MegatronModel> Build(
        ModelProvider provider,
        ParallelState parallel,
        bool isMeta = false
    )
    {
        ModelTable table = TableFor(provider, parallel);
        RankPlace place = RankPlace.Of(parallel.Grid, parallel.Rank);
        return
        [
            .. RankTable
                .Build(table, provider, parallel.Sizes, place)
                .Select(
                    (stage, index) =>
                        new MegatronModel(
                            provider,
                            table,
                            parallel,
                            index,
                            stage.Select(own => new ModelTensor(
                                own,
                                own.Parameter.DType ?? provider.ParamsDtype,
                                isMeta
                            ))
                        )
                ),
        ];
    }

    /// <summary>
    /// Builds one virtual stage of what this rank has, with what comes before the layers and what comes behind them where
    /// <paramref name="preProcess"/> and <paramref name="postProcess"/> say so, and where the rank's place says so if they are null.
    /// </summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    /// <exception cref="UnsupportedModelException">The ends of a model of this kind cannot be told from the rest.</exception>
    internal static MegatronModel BuildStage(
        ModelProvider provider,
        ParallelState parallel,
        int virtualStage,
        bool? preProcess,
        bool? postProcess,
        bool isMeta
    )
    {
        ModelTable table = TableFor(provider, parallel);
        RankPlace place = RankPlace.Of(parallel.Grid, parallel.Rank);
        IReadOnlyList<RankParameter> own = RankTable.Build(table, provider, parallel.Sizes, place)[virtualStage];
        bool isFirst = parallel.IsFirstStage && virtualStage == 0;
        bool isLast = parallel.IsLastStage && virtualStage == parallel.Sizes.Vp - 1;
        (bool Pre, bool Post) ends = (preProcess ?? isFirst, postProcess ?? isLast);
        if (ends != (isFirst, isLast))
        {
            own = new StageEnds(table, provider).Apply(own, provider, ends, parallel.Sizes, place);
        }

        return new(
            provider,
            table,
            parallel,
            virtualStage,
            own.Select(tensor => new ModelTensor(tensor, TypeOf(tensor.Parameter, provider), isMeta))
        )
        {
            PreProcess = ends.Pre,
            PostProcess = ends.Post,
        };
    }

    private static ModelTable TableFor(ModelProvider provider, ParallelState parallel)
    {
        ParallelSizes own = ParallelSizes.Of(provider);
        ParallelSizes ranks = parallel.Sizes;
        return (own.Tp, own.Pp, own.Vp, own.Ep) == (ranks.Tp, ranks.Pp, ranks.Vp, ranks.Ep)
            ? ModelTable.Build(provider)
            : throw new LayoutException(
                $"The config lays the model out over {own.Describe()}, but the ranks are those of {ranks.Describe()}."
            );
    }

    /// <summary>Frees the contents of all tensors, and their gradients.</summary>
    public void Dispose()
    {
        DataParallel?.FreeBuffers();
        foreach (ModelTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public ModelTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Makes the trained parameters those of the first of the ranks that should have the same; all of these call this.</summary>
    public void BroadcastParameters()
    {
        foreach (ModelTensor tensor in Tensors.Where(tensor => !tensor.Place.Parameter.IsBuffer))
        {
            Replicas(IsSharedExpert(tensor)).BroadcastFromFirst(tensor.Storage);
        }
    }

    /// <summary>True for a parameter of an expert, when ranks share experts out otherwise than they do dense layers.</summary>
    internal bool IsSharedExpert(ModelTensor tensor) =>
        tensor.Place.Parameter.Expert is not null && (Parallel.Sizes.Ep > 1 || Parallel.Sizes.Etp != Parallel.Sizes.Tp);

    /// <summary>The ranks that have the same parameters: of the experts that ranks share out, or of all else.</summary>
    internal ProcessGroup Replicas(bool isSharedExpert) =>
        isSharedExpert ? Parallel.ExpertData : Parallel.DataAndContext;

    /// <summary>The type in which a model keeps a parameter.</summary>
    internal static DType TypeOf(ModelParameter parameter, ModelProvider provider) =>
        parameter.DType ?? provider.ParamsDtype;

    /// <summary>What a rank's parts of a model have and are not copies of, by the name in the whole model.</summary>
    internal static Dictionary<string, ModelTensor> Owned(IReadOnlyList<MegatronModel> models) =>
        models
            .SelectMany(model => model.Tensors)
            .Where(tensor => !tensor.Place.IsCopy)
            .ToDictionary(tensor => tensor.Place.Parameter.Name, StringComparer.Ordinal);

    /// <summary>Loads this rank's part of every tensor, from what an import has planned.</summary>
    /// <param name="plan">The plan; what it leaves out stays as it is.</param>
    /// <param name="loaded">Told each tensor that is loaded; may throw to stop.</param>
    /// <exception cref="MappingException">The plan is that of another model.</exception>
    public void Load(ImportPlan plan, Action<ModelTensor>? loaded = null)
    {
        Dictionary<string, TensorView> planned = plan.Parameters.ToDictionary(
            parameter => parameter.Binding.Parameter.Name,
            parameter => parameter.View,
            StringComparer.Ordinal
        );
        Load(parameter => planned.GetValueOrDefault(parameter.Name), plan.LeftOut, loaded);
    }

    /// <summary>Loads this rank's part of every tensor, from the whole parameters that <paramref name="source"/> has.</summary>
    /// <exception cref="MappingException">Some are not there, or are of another shape.</exception>
    public void Load(IParameterSource source) => Load(source.Find, new Dictionary<string, string>());

    /// <summary>What is in <paramref name="leftOut"/> stays as it is.</summary>
    private void Load(
        Func<ModelParameter, TensorView?> find,
        IReadOnlyDictionary<string, string> leftOut,
        Action<ModelTensor>? loaded = null
    )
    {
        TensorView?[] found = [.. Tensors.Select(tensor => find(tensor.Place.Parameter))];
        string[] missing =
        [
            .. Tensors
                .Where((tensor, i) => found[i] is null && !leftOut.ContainsKey(tensor.Place.Parameter.Name))
                .Select(tensor => $"{tensor} is not among what is to be loaded."),
        ];
        if (missing.Length > 0)
        {
            throw new MappingException("What is to be loaded is another model", missing);
        }

        foreach ((ModelTensor tensor, TensorView? whole) in Tensors.Zip(found))
        {
            if (whole is not null)
            {
                tensor.Load(whole);
                loaded?.Invoke(tensor);
            }
        }
    }
}
