namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Linear attention by the delta rule: every head keeps a matrix from keys to values, which fades, is corrected by what a token's value
/// differs from what it gives for the token's key, and is asked for the token's query. A head is an item.
/// </summary>
internal readonly struct DeltaRuleJob : IJob
{
    private const float NormEpsilon = 1e-6f;

    /// <summary>Queries <c>[tokens, key heads · key size]</c>, each of the length 1.</summary>
    public required Matrix Queries { get; init; }

    /// <summary>Keys <c>[tokens, key heads · key size]</c>, each of the length 1.</summary>
    public required Matrix Keys { get; init; }

    /// <summary>Values <c>[tokens, heads · value size]</c>.</summary>
    public required Matrix Values { get; init; }

    /// <summary>How much of the difference is corrected <c>[tokens, heads]</c>.</summary>
    public required Matrix Shares { get; init; }

    /// <summary>How much of the matrix remains: <c>[tokens, heads]</c>, or of each row of it <c>[tokens, heads · key size]</c>.</summary>
    public required Matrix Fades { get; init; }

    /// <summary>The matrices <c>[heads · key size, value size]</c>.</summary>
    public required Matrix State { get; init; }

    /// <summary>What they give <c>[tokens, heads · value size]</c>.</summary>
    public required Matrix Result { get; init; }

    /// <summary>How many heads have the same key.</summary>
    public int HeadsOfKey { get; init; } = 1;

    /// <summary>Makes a job without anything.</summary>
    public DeltaRuleJob() { }

    /// <summary>Number of items.</summary>
    public int Heads => Shares.Columns;

    private int KeySize => State.Rows / Heads;

    /// <summary>Gives all queries or keys x <c>[tokens, heads · size]</c> the length 1.</summary>
    public static void Normalize(Matrix x, int size)
    {
        for (int token = 0; token < x.Rows; token++)
        {
            Span<float> row = x[token];
            for (int at = 0; at < row.Length; at += size)
            {
                Span<float> head = row.Slice(at, size);
                float squares = 0;
                foreach (float number in head)
                {
                    squares += number * number;
                }

                Rows.Scale(head, 1 / MathF.Sqrt(squares + NormEpsilon));
            }
        }
    }

    public void Run(int begin, int end)
    {
        Span<float> delta = stackalloc float[State.Columns];
        for (int head = begin; head < end; head++)
        {
            Matrix state = State.RowRange(head * KeySize, KeySize); // [key size, value size]
            for (int token = 0; token < Queries.Rows; token++)
            {
                Step(head, token, state, delta);
            }
        }
    }

    private void Step(int head, int token, Matrix state, Span<float> delta)
    {
        int keyHead = head / HeadsOfKey * state.Rows;
        ReadOnlySpan<float> query = Queries[token].Slice(keyHead, state.Rows);
        ReadOnlySpan<float> key = Keys[token].Slice(keyHead, state.Rows);
        ReadOnlySpan<float> value = Values[token].Slice(head * delta.Length, delta.Length);
        Span<float> result = Result[token].Slice(head * delta.Length, delta.Length);
        int fadesOfHead = Fades.Columns / Heads;
        ReadOnlySpan<float> fades = Fades[token].Slice(head * fadesOfHead, fadesOfHead);
        delta.Clear();
        for (int i = 0; i < state.Rows; i++)
        {
            Span<float> row = state[i];
            Rows.Scale(row, fades[fades.Length > 1 ? i : 0]);
            Rows.Add(row, delta, key[i]); // what the state gives for the key
        }

        float share = Shares[token][head];
        for (int i = 0; i < delta.Length; i++)
        {
            delta[i] = (value[i] - delta[i]) * share;
        }

        float scale = 1 / MathF.Sqrt(state.Rows);
        result.Clear();
        for (int i = 0; i < state.Rows; i++)
        {
            Span<float> row = state[i];
            Rows.Add(delta, row, key[i]);
            Rows.Add(row, result, query[i] * scale);
        }
    }
}
