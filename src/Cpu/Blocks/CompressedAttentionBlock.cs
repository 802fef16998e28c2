using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The attention of DeepSeek V4: all heads share one key, which is the value too; they see a window of tokens and behind it compressed ones.
/// What they give is turned back, since values are turned as keys, and goes down by groups of heads and up again.
/// </summary>
internal sealed class CompressedAttentionBlock : Block
{
    private readonly Linear _queryDown;
    private readonly RowNorm _queryNorm;
    private readonly Linear _queryUp;
    private readonly RowNorm _headNorm;
    private readonly Linear _keys;
    private readonly RowNorm _keyNorm;
    private readonly RotaryTable _rotary;
    private readonly Matrix _sinks;
    private readonly Compressor? _compressor;
    private readonly GroupIndexer? _indexer;
    private readonly Linear[] _down; // one for each group of heads
    private readonly Linear _proj;
    private readonly int _ratio;
    private readonly int _window;
    private readonly Func<SequenceState, KeyValueCache> _newCache;

    /// <summary>Builds it from the scope of its module.</summary>
    public CompressedAttentionBlock(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        WeightScope core = scope.Inside("core_attention.");
        _queryDown = Linear.Of(scope, "linear_q_down_proj");
        _queryNorm = scope.Norm("q_layernorm.");
        _queryUp = Linear.Of(scope, "linear_q_up_proj");
        _headNorm = new(null, null, (float)provider.LayernormEpsilon, SubtractsMean: false);
        _keys = Linear.Of(scope, "linear_kv_proj");
        _keyNorm = scope.Norm("kv_layernorm.");
        KeyValueCache.RequireSize(Size, Size);
        _sinks = core.Vector("attn_sink");
        _ratio = provider.CompressRatio(scope.Layer);
        _rotary = RotaryTables.OfCompressed(provider, compresses: _ratio > 1);
        DType dtype = _keys.Weight.DType;
        if (_ratio > 1)
        {
            _compressor = new(core.Inside("compressor."), _ratio, Size, _rotary, dtype);
            _indexer = GroupIndexer.OrNull(core.Inside("indexer."), _ratio, _rotary, dtype);
        }

        _down = Groups(scope);
        _proj = Linear.OfColumns(scope, "linear_proj");
        _window = (int)provider.NumberOr("csa_window_size", 128);
        if (_window < 1)
        {
            throw new InvalidConfigException($"csa_window_size must be positive, found {_window}.");
        }

        _newCache = state => new(1, Size, valueSize: 0, state.CacheType ?? dtype, _window);
    }

    /// <inheritdoc/>
    public override string Name => "self_attention";

    private int Size => _keys.Outputs;

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int tokens = x.Rows;
        Matrix latent = frame.Take(tokens, _queryDown.Outputs); // [tokens, query rank]
        Matrix queries = frame.Take(tokens, _queryUp.Outputs); // [tokens, heads · size]
        Matrix keys = frame.Take(tokens, Size); // [tokens, size]
        Matrix result = frame.Take(tokens, _queryUp.Outputs); // [tokens, heads · size]
        ProjectQueries(pass, x, latent, queries);
        _keys.Run(pass.Workers, x, keys);
        _keyNorm.Run(pass.Workers, keys, keys);
        Matrix angles = pass.Angles(_rotary);
        _rotary.TurnEnds(queries, Size, angles);
        _rotary.TurnEnds(keys, Size, angles);

        KeyValueCache cache = pass.State.Of(this, _newCache);
        cache.Append(pass.Workers, pass.First, keys, new(0, tokens, 0, 0));
        CompressedAttentionJob job = new()
        {
            Queries = queries,
            Result = result,
            Keys = cache.Keys,
            Window = _window,
            Sinks = _sinks,
            Scale = 1 / MathF.Sqrt(Size),
            First = pass.First,
            Ratio = _compressor is null ? 0 : _ratio,
            Groups = _compressor?.Run(pass, x) ?? default,
            Chosen = Choose(pass, frame, x, latent),
        };
        pass.Workers.Run(job.Count, 1, job.Keys.DType, job);
        _rotary.TurnEnds(result, Size, angles, direction: -1);
        ProjectDown(pass, result, y);
    }

    /// <summary>The projections of the rank's groups of heads: rows of one matrix.</summary>
    private static Linear[] Groups(WeightScope scope)
    {
        const string name = "linear_o_group_proj";
        ModelProvider provider = scope.Provider;
        int ranks = scope.Parallel.Tensor.Size;
        if (provider.OGroups < 1 || provider.OGroups % ranks != 0 || provider.NumAttentionHeads % provider.OGroups != 0)
        {
            throw new UnsupportedModelException(
                $"{provider.NumAttentionHeads} heads in {provider.OGroups} groups (o_groups) do not divide over {ranks} tensor parallel ranks."
            );
        }

        int groups = provider.OGroups / ranks;
        int first = scope.Parallel.Tensor.Rank * groups;
        return
        [
            .. Enumerable
                .Range(first, groups)
                .Select(group => new Linear(
                    scope.Rows(name, group * provider.OLoraRank, provider.OLoraRank),
                    Bias: null
                )),
        ];
    }

    private void ProjectQueries(ForwardPass pass, Matrix x, Matrix latent, Matrix queries)
    {
        _queryDown.Run(pass.Workers, x, latent);
        _queryNorm.Run(pass.Workers, latent, latent);
        _queryUp.Run(pass.Workers, latent, queries);
        Matrix heads = queries.Reshape(x.Rows * (queries.Columns / Size), Size);
        _headNorm.Run(pass.Workers, heads, heads);
    }

    private Matrix Choose(ForwardPass pass, Scratch.Frame frame, Matrix x, Matrix latent)
    {
        if (_indexer is null)
        {
            return default;
        }

        Matrix chosen = frame.Take(x.Rows, TokenChoice.Columns((pass.First + x.Rows) / _ratio));
        _indexer.Choose(pass, x, latent, chosen);
        return chosen;
    }

    private void ProjectDown(ForwardPass pass, Matrix result, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix down = frame.Take(result.Rows, _proj.Inputs); // [tokens, groups · rank of a group]
        for (int group = 0; group < _down.Length; group++)
        {
            Linear own = _down[group];
            Matrix heads = result.ColumnRange(group * own.Inputs, own.Inputs);
            own.Run(pass.Workers, heads, down.ColumnRange(group * own.Outputs, own.Outputs));
        }

        _proj.Run(pass.Workers, down, y);
    }
}
