namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Softmax attention of heads that share one key, which is the value too: to the last tokens, and to those before as far as they are
/// compressed; of these to all, or to the chosen ones, which alone are read. An item is some heads of a token.
/// </summary>
internal readonly unsafe struct CompressedAttentionJob : IElementJob
{
    private const int HeadsOfItem = 16;
    private const int Block = 64; // keys at a time, at most
    private const int BlockNumbers = 1 << 15; // on the stack of a thread

    /// <summary>Queries <c>[tokens, heads · size]</c>.</summary>
    public required Matrix Queries { get; init; }

    /// <summary>Where the result goes, <c>[tokens, heads · size]</c>.</summary>
    public required Matrix Result { get; init; }

    /// <summary>Keys of all positions that are seen, those of the queries included.</summary>
    public required PagedRows Keys { get; init; }

    /// <summary>How many positions a query sees of them, its own included.</summary>
    public required int Window { get; init; }

    /// <summary>A score for each head that takes its share of the softmax and has no value; one row.</summary>
    public required Matrix Sinks { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>Position of the first query.</summary>
    public required int First { get; init; }

    /// <summary>How many tokens are compressed into one; 0 when none are.</summary>
    public required int Ratio { get; init; }

    /// <summary>Keys of the compressed tokens, of the same type: a row for each group.</summary>
    public PagedRows Groups { get; init; }

    /// <summary>The groups that each token sees, where not all of them, <c>[tokens, bits]</c>; see <see cref="TokenChoice"/>.</summary>
    public Matrix Chosen { get; init; }

    /// <summary>Number of items.</summary>
    public int Count => Queries.Rows * ItemsOfToken;

    private int Heads => Sinks.Columns;

    private int Size => Keys.Columns;

    private int ItemsOfToken => (Heads + HeadsOfItem - 1) / HeadsOfItem;

    private int KeysOfBlock => Math.Clamp(BlockNumbers / Size, 1, Block);

    public void Run<T>(int begin, int end)
        where T : unmanaged, IElement
    {
        float* memory = stackalloc float[HeadsOfItem * (Block + 2)];
        byte* gathered = stackalloc byte[Chosen.Data == 0 ? 0 : KeysOfBlock * Size * T.Size];
        for (int item = begin; item < end; item++)
        {
            int head = item % ItemsOfToken * HeadsOfItem;
            Attend<T>(item / ItemsOfToken, head, Math.Min(HeadsOfItem, Heads - head), memory, gathered);
        }
    }

    private void Attend<T>(int token, int head, int heads, float* memory, byte* gathered)
        where T : unmanaged, IElement
    {
        Part part = new()
        {
            Queries = new((nint)(Queries.RowRange(token, 1).Start + (head * Size)), heads, Size, Size),
            Sums = new((nint)(Result.RowRange(token, 1).Start + (head * Size)), heads, Size, Size),
            Scores = new((nint)memory, heads, Block, Block),
            Most = new(memory + (HeadsOfItem * Block), heads),
            Weights = new(memory + (HeadsOfItem * (Block + 1)), heads),
            Scale = Scale,
        };
        part.Sums.Clear();
        part.Weights.Fill(1);
        Sinks[0].Slice(head, heads).CopyTo(part.Most);

        int position = First + token;
        AddRange<T>(part, Keys, Math.Max(0, position - Window + 1), position + 1);
        int seen = Ratio > 0 ? (position + 1) / Ratio : 0;
        if (Chosen.Data == 0)
        {
            AddRange<T>(part, Groups, 0, seen);
        }
        else
        {
            AddChosen<T>(part, Chosen[token], seen, gathered);
        }

        for (int i = 0; i < heads; i++)
        {
            Rows.Scale(part.Sums.RowRange(i, 1), 1 / part.Weights[i]);
        }
    }

    private static void AddRange<T>(Part part, PagedRows keys, int from, int to)
        where T : unmanaged, IElement
    {
        for (int at = from, count; at < to; at += count)
        {
            count = Math.Min(Math.Min(Block, to - at), keys.Behind(at));
            part.Add<T>(keys.At(0, at), keys.Stride, count);
        }
    }

    private void AddChosen<T>(Part part, ReadOnlySpan<float> chosen, int seen, byte* gathered)
        where T : unmanaged, IElement
    {
        int bytes = Size * T.Size;
        int count = 0;
        for (
            int group = TokenChoice.Next(chosen, 0, seen);
            group < seen;
            group = TokenChoice.Next(chosen, group + 1, seen)
        )
        {
            new ReadOnlySpan<byte>(Groups.At(0, group), bytes).CopyTo(new(gathered + (count * bytes), bytes));
            count++;
            if (count == KeysOfBlock)
            {
                part.Add<T>(gathered, bytes, count);
                count = 0;
            }
        }

        if (count > 0)
        {
            part.Add<T>(gathered, bytes, count);
        }
    }

    /// <summary>Some heads of a token.</summary>
    private readonly ref struct Part
    {
        public Matrix Queries { get; init; } // [heads, size]
        public Matrix Sums { get; init; } // [heads, size]
        public Matrix Scores { get; init; } // [heads, block]
        public Span<float> Most { get; init; } // of each head, the highest score so far
        public Span<float> Weights { get; init; } // the sum of all weights, as of that score
        public float Scale { get; init; }

        /// <summary>Takes in some keys, at most a block.</summary>
        public void Add<T>(byte* keys, long stride, int count)
            where T : unmanaged, IElement
        {
            Matrix scores = Scores.ColumnRange(0, count);
            scores.Clear();
            TileProducts.Add<T>(Queries, keys, stride, scores);
            Rows.Scale(scores, Scale);
            for (int head = 0; head < scores.Rows; head++)
            {
                Weigh(scores[head], ref Most[head], ref Weights[head], Sums.RowRange(head, 1));
            }

            WeightedRows.Add<T>(scores, keys, stride, Sums);
        }

        private static void Weigh(Span<float> scores, ref float most, ref float weight, Matrix sums)
        {
            float highest = Softmax.Highest(scores);
            if (highest > most)
            {
                float shrink = MathF.Exp(most - highest);
                weight *= shrink;
                Rows.Scale(sums, shrink);
                most = highest;
            }

            weight += Softmax.Exponentials(scores, most);
        }
    }
}
