using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>Multi-head attention with query groups, and all that families vary in it.</summary>
internal sealed class AttentionBlock : Block
{
    private readonly AttentionHeads _heads;
    private readonly Linear _qkv;
    private readonly Linear _proj;
    private readonly QkNorm? _norm;
    private readonly RotaryTable? _rotary;
    private readonly Matrix? _sinks;
    private readonly float _scale;
    private readonly float _keyScale;
    private readonly float _valueScale;
    private readonly float _cap;
    private readonly int _window;
    private readonly bool _hasHeadGates;
    private readonly bool _isBidirectional;
    private readonly RowNorm? _valueNorm;
    private readonly QueryScaling? _scaling;
    private readonly LayerCache _cache;
    private readonly bool _hasOwnKeys;
    private readonly Func<SequenceState, KeyValueCache> _newCache;
    private readonly BlockIndexer? _indexer;

    /// <summary>Builds it from the scope of its module.</summary>
    public AttentionBlock(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        _heads = AttentionHeads.Of(provider, scope.Parallel.Tensor);
        KeyValueCache.RequireSize(_heads.Size, _heads.ValueSize);
        _qkv = Linear.Of(scope, "linear_qkv");
        _proj = Linear.OfColumns(scope, "linear_proj");
        _norm = QkNorm.Of(scope, _heads);
        _rotary = RotaryTables.Of(provider, scope.Layer);
        _indexer = BlockIndexer.Of(scope, _rotary);
        _sinks =
            scope.VectorOrNull("core_attention.softmax_offset")
            ?? (provider.SoftmaxType == "off-by-one" ? scope.Zeros(_heads.Queries) : null);
        _scale = (float)(
            provider.SoftmaxScale
            ?? (provider.IsGemma4 ? 1 : 1 / Math.Sqrt(provider.NumberOr("query_pre_attn_scalar", _heads.Size)))
        );
        _keyScale = (float)provider.NumberOr("key_multiplier", 1);
        _valueScale = (float)provider.NumberOr("attention_value_scale", 1);
        _cap = (float)provider.NumberOr("attn_logit_softcapping", 0);
        _window = (int)(AttentionWindows.Of(provider)[scope.Layer] ?? 0);
        _scaling = QueryScaling.Of(provider);
        _hasHeadGates = provider.HasHeadGates;
        _isBidirectional = ClassBehaviour.Of(provider).IsBidirectional;
        _valueNorm = provider.IsGemma4 ? new(null, null, (float)provider.LayernormEpsilon, SubtractsMean: false) : null;
        _cache = new(Gemma4Plan.KeysOf(scope));
        _hasOwnKeys = _cache.Layer == scope.Layer;
        _newCache = state =>
            new(_heads.Groups, _heads.Size, _heads.ValueSize, state.CacheType ?? _qkv.Weight.DType, _window);
    }

    /// <inheritdoc/>
    public override string Name => "self_attention";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int tokens = x.Rows;
        Matrix queries = frame.Take(tokens, _heads.Queries * _heads.Size); // [tokens, heads · size]
        Matrix keys = frame.Take(tokens, _heads.Groups * _heads.Size); // [tokens, groups · size]
        Matrix values = frame.Take(tokens, _heads.Groups * _heads.ValueSize); // [tokens, groups · value size]
        Matrix gates = frame.Take(
            tokens,
            _heads.HasGates ? queries.Columns
                : _hasHeadGates ? _heads.Queries
                : 0
        );
        Project(pass, x, queries, keys, values, gates);
        _norm?.Run(pass, queries, keys);
        if (_valueNorm is not null)
        {
            Matrix each = values.Reshape(tokens * _heads.Groups, _heads.ValueSize);
            _valueNorm.Run(pass.Workers, each, each);
        }

        if (_rotary is not null)
        {
            Turn(pass, queries, keys);
        }

        for (int token = 0; token < tokens && _scaling is not null; token++)
        {
            Rows.Scale(queries.RowRange(token, 1), _scaling.At(pass.First + token));
        }

        Matrix result = frame.Take(tokens, _heads.Queries * _heads.ValueSize); // [tokens, heads · value size]
        Matrix chosen = _indexer?.Choose(pass, frame, x) ?? default;
        Attend(pass, queries, Remember(pass, keys, values), chosen, result);
        if (gates.Columns > 0)
        {
            Decays.GateBySigmoid(result, gates);
        }

        _proj.Run(pass.Workers, result, y);
    }

    private void Project(ForwardPass pass, Matrix x, Matrix queries, Matrix keys, Matrix values, Matrix gates)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix fused = frame.Take(x.Rows, _qkv.Outputs); // [tokens, rows of the rank]
        _qkv.Run(pass.Workers, x, fused);
        if (_hasHeadGates)
        {
            gates.CopyFrom(fused.ColumnRange(fused.Columns - _heads.Queries, _heads.Queries));
            fused = Packed(frame, fused.ColumnRange(0, fused.Columns - _heads.Queries));
        }

        if (_heads.IsSpread)
        {
            Matrix all = frame.Take(x.Rows, fused.Columns * pass.Parallel.Tensor.Size); // [tokens, rows of all ranks]
            Collectives.GatherColumns(pass.Parallel.Tensor, pass.Scratch, fused, all);
            fused = all;
        }

        int ofGroup = _heads.Queries / _heads.Groups;
        for (int group = 0; group < _heads.Groups; group++)
        {
            int at = (_heads.FirstGroup + group) * _heads.GroupRows;
            int query = at + (_heads.FirstQuery * _heads.Size);
            Copy(query, ofGroup * _heads.Size, queries, group);
            at += _heads.QueriesOfGroup * _heads.Size;
            if (_heads.HasGates)
            {
                Copy(query + (_heads.QueriesOfGroup * _heads.Size), ofGroup * _heads.Size, gates, group);
                at += _heads.QueriesOfGroup * _heads.Size;
            }

            Copy(at, _heads.Size, keys, group);
            Copy(at + _heads.Size, _heads.ValueSize, values, group);
        }

        Rows.Scale(keys, _keyScale);
        Rows.Scale(values, _valueScale);

        void Copy(int from, int count, Matrix to, int group) =>
            Rows.Copy(pass.Workers, fused.ColumnRange(from, count), to.ColumnRange(group * count, count));
    }

    private static Matrix Packed(Scratch.Frame frame, Matrix matrix)
    {
        Matrix packed = frame.Take(matrix.Rows, matrix.Columns);
        packed.CopyFrom(matrix);
        return packed;
    }

    private void Turn(ForwardPass pass, Matrix queries, Matrix keys)
    {
        Matrix angles = pass.Angles(_rotary!);
        _rotary!.TurnBegins(pass.Workers, queries, _heads.Size, angles);
        _rotary.TurnBegins(pass.Workers, keys, _heads.Size, angles);
    }

    private KeyValueCache Remember(ForwardPass pass, Matrix keys, Matrix values)
    {
        KeyValueCache cache = pass.State.Of(_cache, _newCache);
        if (_hasOwnKeys)
        {
            cache.Append(pass.Workers, pass.First, keys, values);
        }

        return cache;
    }

    private void Attend(ForwardPass pass, Matrix queries, KeyValueCache cache, Matrix chosen, Matrix result)
    {
        AttentionJob job = new()
        {
            Queries = queries,
            Result = result,
            Keys = cache.Keys,
            Values = cache.Values,
            Heads = _heads.Queries,
            Groups = _heads.Groups,
            First = pass.First,
            Scale = _scale,
            Cap = _cap,
            Window = _window,
            IsBidirectional = _isBidirectional,
            Sinks = _sinks ?? default,
            Chosen = chosen,
        };
        pass.Workers.Run(job.Count, 1, job.Keys.DType, job);
    }
}
