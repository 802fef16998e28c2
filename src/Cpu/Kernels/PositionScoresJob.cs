namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Light heads score positions for each token, and the best of them are chosen: the score is the sum of the heads' products with the key, as
/// far as they are positive, each times a weight. An item is a token.
/// </summary>
internal readonly unsafe struct PositionScoresJob : IElementJob
{
    private const int Block = 64; // keys at a time

    /// <summary>Queries <c>[tokens, heads · size]</c>.</summary>
    public required Matrix Queries { get; init; }

    /// <summary>What the heads count, <c>[tokens, heads]</c>.</summary>
    public required Matrix Weights { get; init; }

    /// <summary>Keys, a row for each position.</summary>
    public required PagedRows Keys { get; init; }

    /// <summary>Position of the first token.</summary>
    public required int First { get; init; }

    /// <summary>Tokens of a key: a query sees the keys whose tokens have all come, its own included.</summary>
    public required int Ratio { get; init; }

    /// <summary>How many positions are chosen.</summary>
    public required int Count { get; init; }

    /// <summary>Memory, <c>[tokens, positions]</c>.</summary>
    public required Matrix Scores { get; init; }

    /// <summary>Memory, <c>[tokens, positions]</c>.</summary>
    public required Matrix Sorted { get; init; }

    /// <summary>Memory, <c>[tokens, heads · 64]</c>.</summary>
    public required Matrix Products { get; init; }

    /// <summary>Where the choice goes, <c>[tokens, bits of positions]</c>; see <see cref="TokenChoice"/>.</summary>
    public required Matrix Chosen { get; init; }

    /// <summary>Columns of <see cref="Products"/> for so many heads.</summary>
    public static int ProductColumns(int heads) => heads * Block;

    public void Run<T>(int begin, int end)
        where T : unmanaged, IElement
    {
        for (int token = begin; token < end; token++)
        {
            int seen = (First + token + 1) / Ratio;
            Span<float> scores = Scores[token][..seen];
            scores.Clear();
            for (int at = 0, count; at < seen && seen > Count; at += count)
            {
                count = Math.Min(Math.Min(Block, seen - at), Keys.Behind(at));
                Score<T>(token, Keys.At(0, at), scores.Slice(at, count));
            }

            TokenChoice.Best(Chosen[token], scores, Sorted[token][..seen], Count);
        }
    }

    private void Score<T>(int token, byte* keys, Span<float> scores)
        where T : unmanaged, IElement
    {
        ReadOnlySpan<float> weights = Weights[token];
        Matrix queries = Queries.RowRange(token, 1).Reshape(weights.Length, Keys.Columns);
        Matrix products = new(Products.RowRange(token, 1).Data, weights.Length, scores.Length, Block);
        products.Clear();
        TileProducts.Add<T>(queries, keys, Keys.Stride, products);
        for (int head = 0; head < weights.Length; head++)
        {
            ReadOnlySpan<float> own = products[head];
            for (int i = 0; i < own.Length; i++)
            {
                scores[i] += weights[head] * MathF.Max(0, own[i]);
            }
        }
    }
}
