using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Kernels;

public sealed class AttentionJobTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Random _random = new(11);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(1, 0, 4, 4, 16, 16, 0, 0f, false)]
    [InlineData(7, 300, 6, 2, 20, 12, 0, 0f, false)]
    [InlineData(9, 150, 4, 1, 64, 33, 140, 0f, false)]
    [InlineData(5, 3, 2, 2, 8, 8, 4, 2f, false)]
    [InlineData(6, 0, 8, 2, 24, 24, 0, 0f, true)]
    [InlineData(1, 126, 4, 2, 16, 16, 0, 0f, false)]
    [InlineData(1, 127, 4, 2, 16, 80, 0, 0f, false)]
    [InlineData(1, 128, 4, 4, 16, 64, 0, 0f, false)]
    [InlineData(2, 127, 8, 2, 16, 16, 0, 0f, false)]
    [InlineData(130, 126, 4, 2, 16, 16, 0, 0f, false)]
    [InlineData(3, 383, 4, 2, 16, 16, 128, 0f, false)]
    [InlineData(4, 500, 4, 2, 16, 16, 5, 0f, false)]
    [InlineData(129, 255, 4, 2, 16, 16, 129, 0f, false)]
    public void Attention_is_a_softmax_of_scores(
        int tokens,
        int first,
        int heads,
        int groups,
        int size,
        int valueSize,
        int window,
        float cap,
        bool isBidirectional
    )
    {
        using Workers workers = new(2);
        using KeyValueCache cache = new(groups, size, valueSize, DType.F32, window);
        Matrix keys = Filled(first + tokens, groups * size);
        Matrix values = Filled(first + tokens, groups * valueSize);
        foreach ((int from, int to) in ((int, int)[])[(0, first / 2), (first / 2, first), (first, first + tokens)])
        {
            cache.Append(workers, from, keys.RowRange(from, to - from), values.RowRange(from, to - from));
        }

        AttentionJob job = new()
        {
            Queries = Filled(tokens, heads * size),
            Result = Filled(tokens, heads * valueSize),
            Keys = cache.Keys,
            Values = cache.Values,
            Heads = heads,
            Groups = groups,
            First = first,
            Scale = 0.7f,
            Cap = cap,
            Window = window,
            IsBidirectional = isBidirectional,
            Sinks = window > 0 ? Filled(1, heads) : default,
        };
        workers.Run(job.Count, 1, DType.F32, job);
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                double[] expected = Expected(job, keys, values, token, head);
                for (int i = 0; i < valueSize; i++)
                {
                    Assert.Equal(expected[i], job.Result[token][(head * valueSize) + i], 2e-5);
                }
            }
        }
    }

    private static double[] Expected(AttentionJob job, Matrix keys, Matrix values, int token, int head)
    {
        int size = keys.Columns / job.Groups;
        int group = head / (job.Heads / job.Groups);
        int position = job.First + token;
        int last = job.IsBidirectional ? job.First + job.Queries.Rows - 1 : position;
        double[] sum = new double[values.Columns / job.Groups];
        double total = job.Sinks.Data == 0 ? 0 : Math.Exp(job.Sinks[0][head]);
        for (int at = job.Window > 0 ? Math.Max(0, position - job.Window + 1) : 0; at <= last; at++)
        {
            double score = 0;
            for (int i = 0; i < size; i++)
            {
                score += (double)job.Queries[token][(head * size) + i] * keys[at][(group * size) + i];
            }

            score *= job.Scale;
            score = job.Cap > 0 ? job.Cap * Math.Tanh(score / job.Cap) : score;
            double weight = Math.Exp(score);
            total += weight;
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += weight * values[at][(group * sum.Length) + i];
            }
        }

        return [.. sum.Select(each => each / total)];
    }

    private Matrix Filled(int rows, int columns)
    {
        Matrix matrix = _scratch.Take(rows, columns);
        foreach (ref float number in matrix.Flat)
        {
            number = (float)((_random.NextDouble() * 2) - 1);
        }

        return matrix;
    }
}
