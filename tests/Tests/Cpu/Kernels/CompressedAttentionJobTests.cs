using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Kernels;

public sealed class CompressedAttentionJobTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Random _random = new(7);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(3, 0, 4, 16, 5, 0, 0)] // a window alone
    [InlineData(5, 900, 3, 20, 140, 0, 0)]
    [InlineData(9, 895, 17, 33, 70, 4, 0)] // all groups, and more heads than an item has
    [InlineData(7, 1, 4, 8, 3, 2, 0)]
    [InlineData(4, 897, 20, 24, 9, 4, 100)] // chosen groups, more than a block
    [InlineData(4, 600, 2, 700, 9, 4, 130)] // so large that a block has fewer keys
    [InlineData(6, 0, 4, 8, 3, 2, 1)]
    public void Attention_is_a_softmax_over_the_window_the_groups_and_the_sink(
        int tokens,
        int first,
        int heads,
        int size,
        int window,
        int ratio,
        int chosen
    )
    {
        using Workers workers = new(2);
        int positions = first + tokens;
        int groups = ratio > 0 ? positions / ratio : 0;
        using KeyValueCache keys = new(1, size, 0, DType.F32, window);
        using KeyValueCache compressed = new(1, size, 0, DType.F32);
        Matrix keyRows = Filled(positions, size);
        Matrix groupRows = Filled(groups, size);
        keys.Append(workers, 0, keyRows, new(0, positions, 0, 0));
        compressed.Append(workers, 0, groupRows, new(0, groups, 0, 0));
        CompressedAttentionJob job = new()
        {
            Queries = Filled(tokens, heads * size),
            Result = Filled(tokens, heads * size),
            Keys = keys.Keys,
            Window = window,
            Sinks = Filled(1, heads),
            Scale = 0.3f,
            First = first,
            Ratio = ratio,
            Groups = compressed.Keys,
            Chosen = chosen > 0 ? Choose(tokens, first, ratio, chosen) : default,
        };
        workers.Run(job.Count, 1, job.Keys.DType, job);
        for (int token = 0; token < tokens; token++)
        {
            int position = first + token;
            List<float[]> seen = [];
            for (int at = Math.Max(0, position - window + 1); at <= position; at++)
            {
                seen.Add(keyRows[at].ToArray());
            }

            for (int group = 0; ratio > 0 && group < (position + 1) / ratio; group++)
            {
                if (chosen == 0 || TokenChoice.Next(job.Chosen[token], group, group + 1) == group)
                {
                    seen.Add(groupRows[group].ToArray());
                }
            }

            for (int head = 0; head < heads; head++)
            {
                double[] expected = Expected(job, token, head, seen);
                for (int i = 0; i < size; i++)
                {
                    Assert.Equal(expected[i], job.Result[token][(head * size) + i], 2e-5);
                }
            }
        }
    }

    private static double[] Expected(CompressedAttentionJob job, int token, int head, List<float[]> seen)
    {
        int size = seen[0].Length;
        double total = Math.Exp(job.Sinks[0][head]);
        double[] sum = new double[size];
        foreach (float[] key in seen)
        {
            double score = 0;
            for (int i = 0; i < size; i++)
            {
                score += (double)job.Queries[token][(head * size) + i] * key[i];
            }

            double weight = Math.Exp(score * job.Scale);
            total += weight;
            for (int i = 0; i < size; i++)
            {
                sum[i] += weight * key[i];
            }
        }

        return [.. sum.Select(each => each / total)];
    }

    private Matrix Choose(int tokens, int first, int ratio, int count)
    {
        int most = (first + tokens) / ratio;
        Matrix chosen = _scratch.Take(tokens, TokenChoice.Columns(most));
        for (int token = 0; token < tokens; token++)
        {
            int seen = (first + token + 1) / ratio;
            TokenChoice.Best(chosen[token], Filled(1, seen)[0], new float[seen], count);
        }

        return chosen;
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
