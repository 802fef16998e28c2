using MegatronBridge.Cpu.Kernels;

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
        int capacity = first + tokens + 3;
        AttentionJob job = new()
        {
            Queries = Filled(tokens, heads * size),
            Result = Filled(tokens, heads * valueSize),
            Keys = Filled(groups * capacity, size),
            Values = Filled(groups * capacity, valueSize),
            Heads = heads,
            Groups = groups,
            First = first,
            Scale = 0.7f,
            Cap = cap,
            Window = window,
            IsBidirectional = isBidirectional,
            Sinks = window > 0 ? Filled(1, heads) : default,
        };
        using Workers workers = new(2);
        workers.Run(job.Count, 1, job);
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                double[] expected = Expected(job, token, head);
                for (int i = 0; i < valueSize; i++)
                {
                    Assert.Equal(expected[i], job.Result[token][(head * valueSize) + i], 2e-5);
                }
            }
        }
    }

    private static double[] Expected(AttentionJob job, int token, int head)
    {
        int size = job.Keys.Columns;
        int row = head / (job.Heads / job.Groups) * (job.Keys.Rows / job.Groups);
        int position = job.First + token;
        int last = job.IsBidirectional ? job.First + job.Queries.Rows - 1 : position;
        double[] sum = new double[job.Values.Columns];
        double total = job.Sinks.Data == 0 ? 0 : Math.Exp(job.Sinks[0][head]);
        for (int at = job.Window > 0 ? Math.Max(0, position - job.Window + 1) : 0; at <= last; at++)
        {
            double score = 0;
            for (int i = 0; i < size; i++)
            {
                score += (double)job.Queries[token][(head * size) + i] * job.Keys[row + at][i];
            }

            score *= job.Scale;
            score = job.Cap > 0 ? job.Cap * Math.Tanh(score / job.Cap) : score;
            double weight = Math.Exp(score);
            total += weight;
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += weight * job.Values[row + at][i];
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
