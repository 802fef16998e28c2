using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Softmax attention of queries to the keys up to their own position, an item for each query of each head. Scores are taken in blocks, so
/// that nothing grows with the length of the sequence.
/// </summary>
internal readonly unsafe struct AttentionJob : IJob
{
    private const int Block = 128;

    /// <summary>Queries <c>[tokens, heads · head size]</c>.</summary>
    public required Matrix Queries { get; init; }

    /// <summary>Where the result goes, <c>[tokens, heads · value size]</c>.</summary>
    public required Matrix Result { get; init; }

    /// <summary>Keys <c>[groups · capacity, head size]</c>: each group has rows for all positions.</summary>
    public required Matrix Keys { get; init; }

    /// <summary>Values <c>[groups · capacity, value size]</c>.</summary>
    public required Matrix Values { get; init; }

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

    public void Run(int begin, int end)
    {
        for (int item = begin; item < end; item++)
        {
            Attend(item % Heads, item / Heads);
        }
    }

    private void Attend(int head, int token)
    {
        int size = Keys.Columns;
        int valueSize = Values.Columns;
        int capacity = Keys.Rows / Groups;
        int group = head / (Heads / Groups);
        int position = First + token;
        int last = IsBidirectional ? First + Queries.Rows - 1 : position;
        int first = Window > 0 ? Math.Max(0, position - Window + 1) : 0;
        float* query = Queries.Start + ((long)token * Queries.Stride) + ((long)head * size);
        float* keys = Keys.Start + ((long)group * capacity * Keys.Stride);
        float* values = Values.Start + ((long)group * capacity * Values.Stride);
        Span<float> result = Result[token].Slice(head * valueSize, valueSize);
        result.Clear();

        float most = Sinks.Data == 0 ? float.NegativeInfinity : Sinks.Start[head];
        float sum = Sinks.Data == 0 ? 0 : 1;
        float* scores = stackalloc float[Block];
        for (int at = first; at <= last; at += Block)
        {
            int count = Math.Min(Block, last - at + 1);
            float highest = Score(query, keys + ((long)at * Keys.Stride), count, scores);
            if (highest > most)
            {
                float shrink = MathF.Exp(most - highest);
                sum *= shrink;
                Scaled(result, shrink);
                most = highest;
            }

            for (int i = 0; i < count; i++)
            {
                float weight = MathF.Exp(scores[i] - most);
                sum += weight;
                AddTo(result, values + ((long)(at + i) * Values.Stride), weight);
            }
        }

        Scaled(result, 1 / sum);
    }

    private float Score(float* query, float* keys, int count, float* scores)
    {
        float highest = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            float score = Dot.Product(query, keys + ((long)i * Keys.Stride), Keys.Columns) * Scale;
            score = Cap > 0 ? Cap * MathF.Tanh(score / Cap) : score;
            scores[i] = score;
            highest = MathF.Max(highest, score);
        }

        return highest;
    }

    private static void Scaled(Span<float> numbers, float factor)
    {
        foreach (ref float number in numbers)
        {
            number *= factor;
        }
    }

    private static void AddTo(Span<float> sums, float* values, float weight)
    {
        Vector256<float> factor = Vector256.Create(weight);
        int i = 0;
        for (; i <= sums.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256
                .MultiplyAddEstimate(Vector256.Load(values + i), factor, Vector256.Create(sums[i..]))
                .CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += weight * values[i];
        }
    }
}
