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
    private const int Batch = 32; // tokens whose scores are in memory

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
        _count = (int)provider.NumberOr("dsa_indexer_topk", 0);
        if (_count <= 0)
        {
            throw new InvalidConfigException(
                $"dsa_indexer_topk must be a positive number, found {provider["dsa_indexer_topk"]}."
            );
        }

        _newCache = state => new(1, _keys.Outputs, valueSize: 0, state.CacheType ?? _keys.Weight.DType);
    }

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

        int positions = pass.First + x.Rows;
        KeyValueCache cache = pass.State.Of(this, _newCache);
        cache.Append(pass.Workers, pass.First, keys, new(0, x.Rows, 0, 0));
        Matrix chosen = pass.Chosen ??= pass.Keep(TokenChoice.Columns(positions));
        Matrix scores = frame.Take(Math.Min(Batch, x.Rows), positions);
        Matrix sorted = frame.Take(scores.Rows, positions);
        for (int at = 0; at < x.Rows; at += Batch)
        {
            int tokens = Math.Min(Batch, x.Rows - at);
            Job job = new()
            {
                Queries = queries.RowRange(at, tokens),
                Weights = weights.RowRange(at, tokens),
                Keys = cache.Keys,
                First = pass.First + at,
                Count = _count,
                Scores = scores,
                Sorted = sorted,
                Chosen = chosen.RowRange(at, tokens),
            };
            pass.Workers.Run(tokens, 1, job);
        }
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

    private readonly unsafe struct Job : IJob
    {
        public Matrix Queries { get; init; } // [tokens, heads · size]
        public Matrix Weights { get; init; } // [tokens, heads]
        public PagedRows Keys { get; init; } // of each position
        public int First { get; init; } // position of the first token
        public int Count { get; init; } // positions that are chosen
        public Matrix Scores { get; init; } // [tokens, positions]
        public Matrix Sorted { get; init; } // [tokens, positions]
        public Matrix Chosen { get; init; } // [tokens, bits of positions]

        public void Run(int begin, int end)
        {
            switch (Keys.DType)
            {
                case DType.BF16:
                    Run<BrainElement>(begin, end);
                    break;
                case DType.F16:
                    Run<HalfElement>(begin, end);
                    break;
                default:
                    Run<SingleElement>(begin, end);
                    break;
            }
        }

        private void Run<T>(int begin, int end)
            where T : unmanaged, IElement
        {
            for (int token = begin; token < end; token++)
            {
                int seen = First + token + 1;
                Span<float> scores = Scores[token][..seen];
                scores.Clear();
                for (int position = 0; position < seen && seen > Count; position++)
                {
                    scores[position] = Score<T>(token, Keys.At(0, position));
                }

                TokenChoice.Best(Chosen[token], scores, Sorted[token][..seen], Count);
            }
        }

        private float Score<T>(int token, byte* key)
            where T : unmanaged, IElement
        {
            ReadOnlySpan<float> weights = Weights[token];
            float* queries = Queries.RowRange(token, 1).Start;
            float score = 0;
            for (int head = 0; head < weights.Length; head++)
            {
                score +=
                    weights[head] * MathF.Max(0, Dot.Product<T>(queries + (head * Keys.Columns), key, Keys.Columns));
            }

            return score;
        }
    }
}
