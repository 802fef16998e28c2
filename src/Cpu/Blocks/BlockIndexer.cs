using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The indexer of MiniMax-M3: light heads score the tokens so far, a block of tokens is as good as its best one, and attention sees the best
/// blocks only, the token's own and some before it always among them.
/// </summary>
internal sealed class BlockIndexer
{
    private const int Batch = 32; // tokens whose scores are in memory

    private readonly Linear _queries;
    private readonly Linear _keys;
    private readonly RowNorm _queryNorm;
    private readonly RowNorm _keyNorm;
    private readonly RotaryTable? _rotary;
    private readonly int _size; // tokens of a block
    private readonly int _count; // blocks that are chosen
    private readonly int _local; // of them the last ones, whatever their score
    private readonly Func<SequenceState, KeyValueCache> _newCache;

    private BlockIndexer(WeightScope scope, RotaryTable? rotary)
    {
        ModelProvider provider = scope.Provider;
        _queries = Linear.Of(scope, "q_proj");
        _keys = Linear.Of(scope, "k_proj");
        _queryNorm = scope.Norm("q_norm.");
        _keyNorm = scope.Norm("k_norm.");
        _rotary = rotary;
        _size = Setting(provider, "index_block_size", "sparse_block_size", 128, least: 1);
        _count = Setting(provider, "index_topk_blocks", "sparse_topk_blocks", 16, least: 1);
        _local = Setting(provider, "index_local_blocks", "sparse_local_block", 1, least: 0);
        _newCache = state => new(1, _keys.Outputs, valueSize: 0, state.CacheType ?? _keys.Weight.DType);
    }

    /// <summary>The indexer of a layer, or null where attention sees all; <paramref name="rotary"/> is that of the attention.</summary>
    public static BlockIndexer? Of(WeightScope scope, RotaryTable? rotary)
    {
        WeightScope own = scope with { Prefix = $"lightning_indexers.{scope.Layer}." };
        return own.Has("q_proj.weight") ? new(own, rotary) : null;
    }

    /// <summary>What each token sees, <c>[tokens, bits of positions]</c> as of <see cref="TokenChoice"/>, of the input of attention x.</summary>
    public Matrix Choose(ForwardPass pass, Scratch.Frame lasting, Matrix x)
    {
        int positions = pass.First + x.Rows;
        Matrix chosen = lasting.Take(x.Rows, TokenChoice.Columns(positions));
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix queries = frame.Take(x.Rows, _queries.Outputs); // [tokens, heads · size]
        Matrix keys = frame.Take(x.Rows, _keys.Outputs); // [tokens, size]
        Project(pass, x, _queries, _queryNorm, queries);
        Project(pass, x, _keys, _keyNorm, keys);
        KeyValueCache cache = pass.State.Of(this, _newCache);
        cache.Append(pass.Workers, pass.First, keys, new(0, x.Rows, 0, 0));
        int blocks = ((positions - 1) / _size) + 1;
        Matrix scores = frame.Take(Math.Min(Batch, x.Rows), blocks);
        Matrix sorted = frame.Take(scores.Rows, blocks);
        Matrix best = frame.Take(scores.Rows, TokenChoice.Columns(blocks));
        for (int at = 0; at < x.Rows; at += Batch)
        {
            int tokens = Math.Min(Batch, x.Rows - at);
            Job job = new()
            {
                Queries = queries.RowRange(at, tokens),
                Keys = cache.Keys,
                First = pass.First + at,
                Size = _size,
                Count = _count,
                Local = _local,
                Scores = scores,
                Sorted = sorted,
                Best = best,
                Chosen = chosen.RowRange(at, tokens),
            };
            pass.Workers.Run(tokens, 1, job.Keys.DType, job);
        }

        return chosen;
    }

    private void Project(ForwardPass pass, Matrix x, Linear linear, RowNorm norm, Matrix y)
    {
        int size = _keys.Outputs;
        linear.Run(pass.Workers, x, y);
        Matrix heads = y.Reshape(y.Rows * (y.Columns / size), size);
        norm.Run(pass.Workers, heads, heads);
        if (_rotary is null)
        {
            return;
        }

        Matrix angles = pass.Angles(_rotary);
        for (int token = 0; token < y.Rows; token++)
        {
            for (int at = 0; at < y.Columns; at += size)
            {
                _rotary.TurnShort(y[token].Slice(at, size), angles[token]);
            }
        }
    }

    // Megatron has no field for it, but the provider keeps the config; released ones have the older keys.
    private static int Setting(ModelProvider provider, string key, string older, int otherwise, int least)
    {
        ConfigValue.Map? text = (provider["hf_config_dict"] as ConfigValue.Map)?.Find("text_config") as ConfigValue.Map;
        ConfigValue? found = (text?.Find("sparse_attention_config") as ConfigValue.Map)?.Find(older) ?? text?.Find(key);
        if (found is null or { IsNull: true })
        {
            return otherwise;
        }

        double number = ProviderFields.Number(key, found);
        return number >= least && number <= int.MaxValue
            ? (int)number
            : throw new InvalidConfigException($"{key} must be {least} or more, found {found}.");
    }

    private readonly unsafe struct Job : IElementJob
    {
        public Matrix Queries { get; init; } // [tokens, heads · size]
        public PagedRows Keys { get; init; } // of each position
        public int First { get; init; } // position of the first token
        public int Size { get; init; } // tokens of a block
        public int Count { get; init; } // blocks that are chosen
        public int Local { get; init; } // of them the last ones
        public Matrix Scores { get; init; } // [tokens, blocks]
        public Matrix Sorted { get; init; } // [tokens, blocks]
        public Matrix Best { get; init; } // [tokens, bits of blocks]
        public Matrix Chosen { get; init; } // [tokens, bits of positions]

        public void Run<T>(int begin, int end)
            where T : unmanaged, IElement
        {
            for (int token = begin; token < end; token++)
            {
                int position = First + token;
                int blocks = (position / Size) + 1;
                Span<float> scores = Scores[token][..blocks];
                scores.Fill(float.NegativeInfinity);
                for (int at = 0; at <= position && blocks > Count; at++)
                {
                    ref float score = ref scores[at / Size];
                    score = MathF.Max(score, Score<T>(token, Keys.At(0, at)));
                }

                for (int i = 0; i < Math.Min(Local, blocks); i++)
                {
                    scores[blocks - 1 - i] = float.PositiveInfinity;
                }

                TokenChoice.Best(Best[token], scores, Sorted[token][..blocks], Count);
                TokenChoice.Spread(Best[token], Size, position + 1, Chosen[token]);
            }
        }

        // That of the best head.
        private float Score<T>(int token, byte* key)
            where T : unmanaged, IElement
        {
            float* queries = Queries.RowRange(token, 1).Start;
            float best = float.NegativeInfinity;
            for (int at = 0; at < Queries.Columns; at += Keys.Columns)
            {
                best = MathF.Max(best, Dot.Product<T>(queries + at, key, Keys.Columns));
            }

            return best;
        }
    }
}
