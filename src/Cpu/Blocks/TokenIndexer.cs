using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The indexer of sparse attention: light heads score the tokens so far, and attention sees the best of them only. Factors that all scores
/// have in common, and the Hadamard transform of queries and keys alike, choose no others and are left out.
/// </summary>
internal sealed class TokenIndexer
{
    private readonly Linear _queries;
    private readonly Linear _keys;
    private readonly Linear _weights;
    private readonly RowNorm _norm;
    private readonly RotaryTable? _rotary;
    private readonly int _count;
    private readonly Func<SequenceState, KeyValueCache> _newCache;

    /// <summary>Builds it from the scope of its module; <paramref name="rotary"/> is that of the attention.</summary>
    public TokenIndexer(WeightScope scope, RotaryTable? rotary)
    {
        ModelProvider provider = scope.Provider;
        _queries = Linear.Of(scope, "linear_wq_b");
        _keys = Linear.Of(scope, "linear_wk");
        _weights = Linear.Of(scope, "linear_weights_proj");
        _norm = scope.Norm("k_norm.") with
        {
            Epsilon = (float)provider.NumberOr("dsa_indexer_k_norm_epsilon", provider.LayernormEpsilon),
            SubtractsMean = true,
        };
        _rotary = rotary is null ? null : rotary with { IsInterleaved = provider.IsOn("dsa_indexer_rope_interleaved") };
        _count = CountOf(provider);
        _newCache = state => new(1, _keys.Outputs, valueSize: 0, state.CacheType ?? _keys.Weight.DType);
    }

    /// <summary>How many positions an indexer chooses.</summary>
    public static int CountOf(ModelProvider provider) =>
        (int)provider.NumberOr("dsa_indexer_topk", 0) is > 0 and var count
            ? count
            : throw new InvalidConfigException(
                $"dsa_indexer_topk must be a positive number, found {provider["dsa_indexer_topk"]}."
            );

    /// <summary>Chooses what the tokens of a pass see, for this layer and those after it.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="x">The input of attention <c>[tokens, hidden]</c>.</param>
    /// <param name="latent">What queries are projected from <c>[tokens, query rank]</c>.</param>
    public void Choose(ForwardPass pass, Matrix x, Matrix latent)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix queries = frame.Take(x.Rows, _queries.Outputs); // [tokens, heads · size]
        Matrix keys = frame.Take(x.Rows, _keys.Outputs); // [tokens, size]
        Matrix weights = frame.Take(x.Rows, _weights.Outputs); // [tokens, heads]
        _queries.Run(pass.Workers, latent, queries);
        _keys.Run(pass.Workers, x, keys);
        _norm.Run(pass.Workers, keys, keys);
        _weights.Run(pass.Workers, x, weights);
        if (_rotary is not null)
        {
            Turn(pass, queries);
            Turn(pass, keys);
        }

        KeyValueCache cache = pass.State.Of(this, _newCache);
        cache.Append(pass.Workers, pass.First, keys, new(0, x.Rows, 0, 0));
        Matrix chosen = pass.Chosen ??= pass.Keep(TokenChoice.Columns(pass.First + x.Rows));
        PositionChoice.Run(pass, queries, weights, cache.Keys, ratio: 1, _count, chosen);
    }

    private void Turn(ForwardPass pass, Matrix heads)
    {
        Matrix angles = pass.Angles(_rotary!);
        for (int token = 0; token < heads.Rows; token++)
        {
            for (int at = 0; at < heads.Columns; at += _keys.Outputs)
            {
                _rotary!.Turn(heads[token].Slice(at, _keys.Outputs), angles[token]);
            }
        }
    }
}
