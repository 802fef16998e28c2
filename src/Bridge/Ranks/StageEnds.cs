using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Ranks;

/// <summary>
/// What stands before the layers of a model (embeddings, towers) and behind them (last norm, head), to be had on another stage than
/// the one that owns it.
/// </summary>
internal sealed class StageEnds
{
    private const string Embedding = "embedding.word_embeddings.weight";
    private readonly ModelTable _table;
    private readonly ModelParameter _embedding;
    private readonly string _prefix; // of the language model

    /// <summary>Finds the ends of a language model.</summary>
    /// <exception cref="UnsupportedModelException">The model has no embedding.</exception>
    public StageEnds(ModelTable table, ModelProvider provider)
    {
        _table = table;
        _embedding =
            table.Parameters.FirstOrDefault(parameter => parameter.Name.EndsWith(Embedding, StringComparison.Ordinal))
            ?? throw new UnsupportedModelException(
                $"A {provider.Schema.Name} has no {Embedding}, so nobody can say what of it comes before the layers and what behind "
                    + "them; leave preProcess and postProcess out."
            );
        _prefix = _embedding.Name[..^Embedding.Length];
    }

    /// <summary>A rank's parameters of a stage, with these ends and no others.</summary>
    public IReadOnlyList<RankParameter> Apply(
        IReadOnlyList<RankParameter> stage,
        ModelProvider provider,
        (bool Pre, bool Post) ends,
        ParallelSizes sizes,
        RankPlace place
    )
    {
        List<RankParameter> layers =
        [
            .. stage.Where(own => !own.IsCopy && !IsBefore(own.Parameter) && !IsBehind(own.Parameter)),
        ];
        bool predicts = layers.Exists(own => own.Parameter.Name.StartsWith(_prefix + "mtp.", StringComparison.Ordinal));
        List<RankParameter> all =
        [
            .. ends.Pre ? End(IsBefore)
            : predicts ? [Copy(_embedding, _embedding.Name)]
            : [],
            .. layers,
            .. ends.Post ? End(IsBehind) : [],
        ];
        if (ends.Post && !ends.Pre && !predicts && provider.ShareEmbeddingsAndOutputWeights)
        {
            all.Add(Copy(_embedding, _prefix + "output_layer.weight"));
        }

        return all;

        IEnumerable<RankParameter> End(Func<ModelParameter, bool> isOfEnd)
        {
            List<RankParameter> owned = [.. stage.Where(own => !own.IsCopy && isOfEnd(own.Parameter))];
            return owned.Count > 0
                ? owned
                : _table.Parameters.Where(isOfEnd).Select(parameter => Copy(parameter, parameter.Name));
        }

        RankParameter Copy(ModelParameter parameter, string name) =>
            RankParameter.Of(parameter, name, sizes, place) with
            {
                IsCopy = true,
            };
    }

    private bool IsBefore(ModelParameter parameter) =>
        parameter.Layer is null && !IsBehind(parameter) && !StartsWith(parameter, "mtp.");

    private bool IsBehind(ModelParameter parameter) =>
        parameter.Layer is null && (StartsWith(parameter, "decoder.") || StartsWith(parameter, "output_layer."));

    private bool StartsWith(ModelParameter parameter, string module) =>
        parameter.Name.StartsWith(_prefix + module, StringComparison.Ordinal);
}
