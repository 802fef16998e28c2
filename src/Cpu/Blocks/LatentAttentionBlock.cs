using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Multi-latent attention: queries, keys and values come from vectors that are projected down, normed and projected up again; a part of each
/// head turns with the position, and all heads share that part of the key.
/// </summary>
internal sealed class LatentAttentionBlock : Block
{
    private readonly Linear? _queryDown;
    private readonly RowNorm? _queryNorm;
    private readonly Linear _queryUp;
    private readonly Linear _down;
    private readonly RowNorm? _norm;
    private readonly LatentHeads _latents;
    private readonly Linear _proj;
    private readonly Linear? _gate;
    private readonly RotaryTable? _rotary;
    private readonly bool _isSparse;
    private readonly TokenIndexer? _indexer;
    private readonly int _heads;
    private readonly int _plain; // channels of a head that do not turn
    private readonly int _turning; // channels that do
    private readonly int _valueSize;
    private readonly float _scale;
    private readonly Func<SequenceState, KeyValueCache> _newCache;

    /// <summary>Builds it from the scope of its module.</summary>
    public LatentAttentionBlock(WeightScope scope, LatentNames? names = null)
    {
        ModelProvider provider = scope.Provider;
        names ??= LatentNames.Megatron;
        double? epsilon = provider.LatentNormEpsilon;
        if (provider.QLoraRank is null)
        {
            _queryUp = Linear.Of(scope, "linear_q_proj");
        }
        else
        {
            _queryDown = Linear.Of(scope, names.QueryDown);
            _queryNorm = Norm(names.QueryNorm, names.QueryUp);
            _queryUp = Linear.Of(scope, names.QueryUp);
        }

        _down = Linear.Of(scope, names.Down);
        _norm = Norm(names.Norm, names.Up);
        _proj = Linear.OfColumns(scope, names.Out);
        _gate = scope.Has("g_proj.weight") ? Linear.Of(scope, "g_proj") : null;
        _rotary = names == LatentNames.Kimi ? null : RotaryTables.OfLatent(provider);
        _isSparse = provider.ExperimentalAttentionVariant == "dsa";
        _indexer = IndexerOf(scope);
        _heads = provider.NumAttentionHeads / scope.Parallel.Tensor.Size;
        _plain = provider.QkHeadDim;
        _turning = provider.QkPosEmbHeadDim;
        _valueSize = provider.VHeadDim;
        Linear up = Linear.Of(scope, names.Up);
        _latents = new(up, _heads, _plain, _turning, _valueSize);
        double sharpening = _rotary is null
            ? 1
            : YarnScaling.Mscale(provider.RotaryScalingFactor ?? 1, provider.MscaleAllDim);
        _scale = (float)(provider.SoftmaxScale ?? (sharpening * sharpening / Math.Sqrt(_plain + _turning)));
        _newCache = state => new(1, up.Inputs + _turning, valueSize: 0, state.CacheType ?? up.Weight.DType);

        RowNorm? Norm(string own, string fused) =>
            scope.NormOrNull(own, epsilon) ?? scope.NormOrNull(fused + ".layer_norm_", epsilon);
    }

    /// <inheritdoc/>
    public override string Name => "self_attention";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int tokens = x.Rows;
        int size = _plain + _turning;
        Matrix queries = frame.Take(tokens, _heads * size); // [tokens, heads · (plain + turning)]
        Matrix result = frame.Take(tokens, _heads * _valueSize); // [tokens, heads · value size]
        ProjectQueries(pass, x, queries);
        Turn(pass, queries);
        KeyValueCache cache = pass.State.Of(this, _newCache);
        Remember(pass, x, cache);
        _latents.Attend(pass, queries, cache.Keys, result, _scale, _isSparse ? pass.Chosen!.Value : default);
        if (_gate is not null)
        {
            Matrix gates = frame.Take(tokens, result.Columns); // [tokens, heads · value size]
            _gate.Run(pass.Workers, x, gates);
            Decays.GateBySigmoid(result, gates);
        }

        _proj.Run(pass.Workers, result, y);
    }

    /// <summary>The indexer of the layer; null where it takes the choice of one before, or sees all.</summary>
    private TokenIndexer? IndexerOf(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        if (!_isSparse)
        {
            return null;
        }

        int chooser = scope.Layer;
        while (chooser > 0 && !provider.HasSparseIndexer(chooser))
        {
            chooser--;
        }

        if (!scope.Weights.Layers.Any(layer => layer.Global == chooser))
        {
            throw new UnsupportedModelException(
                $"Layer {scope.Layer} attends to the tokens that layer {chooser} chooses, which is on another pipeline stage."
            );
        }

        return chooser == scope.Layer ? new(scope.Inside("core_attention.indexer."), _rotary) : null;
    }

    private void ProjectQueries(ForwardPass pass, Matrix x, Matrix queries)
    {
        if (_queryDown is null)
        {
            _queryUp.Run(pass.Workers, x, queries);
            return;
        }

        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix latent = frame.Take(x.Rows, _queryDown.Outputs); // [tokens, query rank]
        _queryDown.Run(pass.Workers, x, latent);
        _queryNorm?.Run(pass.Workers, latent, latent);
        _indexer?.Choose(pass, x, latent);
        _queryUp.Run(pass.Workers, latent, queries);
    }

    /// <summary>Keeps the latents, and behind each the channels of the key that turn.</summary>
    private void Remember(ForwardPass pass, Matrix x, KeyValueCache cache)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix down = frame.Take(x.Rows, _down.Outputs); // [tokens, rank + turning]
        _down.Run(pass.Workers, x, down);
        Matrix latent = down.ColumnRange(0, _latents.Rank); // [tokens, rank]
        _norm?.Run(pass.Workers, latent, latent);
        if (_rotary is not null)
        {
            Matrix shared = down.ColumnRange(_latents.Rank, _turning); // [tokens, turning]
            Matrix angles = pass.Angles(_rotary);
            for (int token = 0; token < x.Rows; token++)
            {
                _rotary.Turn(shared[token], angles[token]);
            }
        }

        cache.Append(pass.Workers, pass.First, down, new(0, x.Rows, 0, 0));
    }

    private void Turn(ForwardPass pass, Matrix queries)
    {
        if (_rotary is null)
        {
            return;
        }

        Matrix angles = pass.Angles(_rotary);
        int size = _plain + _turning;
        for (int token = 0; token < queries.Rows; token++)
        {
            for (int head = 0; head < _heads; head++)
            {
                _rotary.Turn(queries[token].Slice((head * size) + _plain, _turning), angles[token]);
            }
        }
    }
}
