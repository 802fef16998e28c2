namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Softmax attention of queries to the keys up to their own position. An item is a few queries of heads that have the same keys, so that
/// each key is read once for all of them. Scores are taken in blocks, so that nothing grows with the length of the sequence.
/// </summary>
internal readonly unsafe struct AttentionJob : IElementJob
{
    /// <summary>Keys that are taken at a time.</summary>
    public const int Block = 128;

    private const int Batch = DotTile.Tokens; // queries at a time

    /// <summary>Queries <c>[tokens, heads · head size]</c>.</summary>
    public required Matrix Queries { get; init; }

    /// <summary>Where the result goes, <c>[tokens, heads · value size]</c>.</summary>
    public required Matrix Result { get; init; }

    /// <summary>Keys of all positions that are seen, those of the queries included.</summary>
    public required PagedRows Keys { get; init; }

    /// <summary>Values of the same positions, in the same pages and of the same type; they may be a part of the keys.</summary>
    public required PagedRows Values { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of groups of heads with the same keys.</summary>
    public required int Groups { get; init; }

    /// <summary>Position of the first query.</summary>
    public required int First { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>What tanh bounds the scores by; 0 for no bound.</summary>
    public float Cap { get; init; }

    /// <summary>How many positions a query sees, its own included; 0 for all.</summary>
    public int Window { get; init; }

    /// <summary>True when a query sees what comes after it, too.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>A score for each head that takes its share of the softmax and has no value; one row, or nothing.</summary>
    public Matrix Sinks { get; init; }

    /// <summary>The positions that each token sees, where not all of them, <c>[tokens, bits]</c>; see <see cref="TokenChoice"/>.</summary>
    public Matrix Chosen { get; init; }

    /// <summary>Number of items.</summary>
    public int Count => Groups * BatchesOfGroup;

    // The queries of a group: of each token all its heads.
    private int QueriesOfGroup => Queries.Rows * (Heads / Groups);

    private int BatchesOfGroup => (QueriesOfGroup + Batch - 1) / Batch;

    public void Run<T>(int begin, int end)
        where T : unmanaged, IElement
    {
        float* memory = stackalloc float[Batch * (Keys.Columns + Values.Columns + Block)];
        for (int item = begin; item < end; item++)
        {
            int first = item % BatchesOfGroup * Batch;
            Attend<T>(item / BatchesOfGroup, first, Math.Min(Batch, QueriesOfGroup - first), memory);
        }
    }

    private void Attend<T>(int group, int first, int count, float* memory)
        where T : unmanaged, IElement
    {
        Matrix queries = new((nint)memory, count, Keys.Columns, Keys.Columns);
        Matrix sums = new((nint)(memory + (Batch * Keys.Columns)), count, Values.Columns, Values.Columns);
        Matrix scores = new((nint)(sums.Start + (Batch * Values.Columns)), count, Block, Block);
        float* most = stackalloc float[Batch]; // the highest score so far
        float* weights = stackalloc float[Batch]; // the sum of all weights, as of that score
        int from = int.MaxValue;
        int to = 0;
        for (int i = 0; i < count; i++)
        {
            (int head, int token) = Place(group, first + i);
            Queries[token].Slice(head * Keys.Columns, Keys.Columns).CopyTo(queries[i]);
            Rows.Scale(queries.RowRange(i, 1), Scale);
            (most[i], weights[i]) = Sinks.Data == 0 ? (float.NegativeInfinity, 0) : (Sinks.Start[head], 1);
            from = Math.Min(from, Begin(token));
            to = Math.Max(to, End(token));
        }

        sums.Clear();
        for (int at = from, keys; at < to; at += keys)
        {
            keys = Math.Min(Math.Min(Block, to - at), Keys.Behind(at));
            Matrix own = scores.ColumnRange(0, keys);
            own.Clear();
            TileProducts.Add<T>(queries, Keys.At(group, at), Keys.Stride, own);
            for (int i = 0; i < count; i++)
            {
                Weigh(own[i], at, Place(group, first + i).Token, ref most[i], ref weights[i], sums[i]);
            }

            WeightedRows.Add<T>(own, Values.At(group, at), Values.Stride, sums);
        }

        for (int i = 0; i < count; i++)
        {
            (int head, int token) = Place(group, first + i);
            Rows.Scale(sums.RowRange(i, 1), 1 / weights[i]);
            sums[i].CopyTo(Result[token].Slice(head * Values.Columns, Values.Columns));
        }
    }

    private (int Head, int Token) Place(int group, int query)
    {
        int heads = Heads / Groups;
        return ((group * heads) + (query % heads), query / heads);
    }

    // The keys that a query sees: from the first to before the last.
    private int Begin(int token) => Window > 0 ? Math.Max(0, First + token - Window + 1) : 0;

    private int End(int token) => IsBidirectional ? First + Queries.Rows : First + token + 1;

    /// <summary>Makes weights of the scores of a query, and scales what was summed up with those before.</summary>
    private void Weigh(Span<float> scores, int at, int token, ref float most, ref float sum, Span<float> sums)
    {
        int begin = Math.Clamp(Begin(token) - at, 0, scores.Length);
        int end = Math.Clamp(End(token) - at, begin, scores.Length);
        scores[..begin].Clear();
        scores[end..].Clear();
        Span<float> seen = scores[begin..end];
        for (int i = 0; i < seen.Length && Cap > 0; i++)
        {
            seen[i] = Cap * MathF.Tanh(seen[i] / Cap);
        }

        if (Chosen.Data != 0)
        {
            TokenChoice.Hide(Chosen[token], at + begin, seen);
        }

        float highest = Softmax.Highest(seen);
        if (float.IsNegativeInfinity(highest))
        {
            seen.Clear(); // nothing of the block is seen
            return;
        }

        if (highest > most)
        {
            float shrink = MathF.Exp(most - highest);
            sum *= shrink;
            foreach (ref float number in sums)
            {
                number *= shrink;
            }

            most = highest;
        }

        sum += Softmax.Exponentials(seen, most);
    }
}
