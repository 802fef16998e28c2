using System.Runtime.InteropServices;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Blocks;

/// <summary>Attention to latents is attention to the keys and values that follow from them, whichever way it is computed.</summary>
public sealed class LatentHeadsTests : IDisposable
{
    private const int Heads = 3;
    private const int Rank = 20;
    private const int Plain = 6;
    private const int Turning = 4;
    private const int ValueSize = 5;

    private readonly Scratch _scratch = new();
    private readonly Scratch _lasting = new();
    private readonly Workers _workers = new(2);
    private readonly Random _random = new(3);

    public void Dispose()
    {
        _workers.Dispose();
        _scratch.Dispose();
        _lasting.Dispose();
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(126, 1, true)]
    [InlineData(127, 1, false)]
    [InlineData(128, 1, true)]
    [InlineData(127, 3, true)]
    [InlineData(300, 1, false)]
    [InlineData(0, 9, true)]
    [InlineData(0, 130, false)]
    [InlineData(120, 40, true)]
    [InlineData(256, 129, false)]
    public void Both_ways_give_the_softmax_of_the_keys(int first, int tokens, bool hasBias)
    {
        int positions = first + tokens;
        Matrix weight = Filled(Heads * (Plain + ValueSize), Rank);
        using Weight up = Weight.Of(
            new MemoryView(DType.F32, [weight.Rows, Rank], MemoryMarshal.AsBytes<float>(weight.Flat).ToArray()),
            _ => throw new InvalidOperationException()
        );
        Matrix? bias = hasBias ? Filled(1, weight.Rows) : null;
        Matrix latents = Filled(positions, Rank + Turning);
        Matrix queries = Filled(tokens, Heads * (Plain + Turning));
        Matrix result = Filled(tokens, Heads * ValueSize);
        using KeyValueCache cache = new(1, Rank + Turning, 0, DType.F32);
        cache.Append(_workers, 0, latents, new(0, positions, 0, 0));
        using SequenceState state = new() { Length = first };
        ForwardPass pass = new(_workers, _scratch, _lasting, new ParallelState(RankWorld.One, ParallelSizes.One), state)
        {
            Tokens = new int[tokens],
            End = positions,
        };
        new LatentHeads(new(up, bias), Heads, Plain, Turning, ValueSize).Attend(
            pass,
            queries,
            cache.Keys,
            result,
            0.6f,
            default
        );
        foreach (int token in (int[])[0, tokens / 2, tokens - 1])
        {
            for (int head = 0; head < Heads; head++)
            {
                double[] expected = Expected(queries[token], latents, first + token, head, weight, bias);
                for (int i = 0; i < ValueSize; i++)
                {
                    Assert.Equal(expected[i], result[token][(head * ValueSize) + i], 2e-5);
                }
            }
        }
    }

    private static double[] Expected(
        ReadOnlySpan<float> queries,
        Matrix latents,
        int position,
        int head,
        Matrix weight,
        Matrix? bias
    )
    {
        int row = head * (Plain + ValueSize);
        ReadOnlySpan<float> query = queries.Slice(head * (Plain + Turning), Plain + Turning);
        double[] sum = new double[ValueSize];
        double total = 0;
        for (int at = 0; at <= position; at++)
        {
            double score = 0;
            for (int i = 0; i < Plain; i++)
            {
                score += query[i] * Raised(row + i, at);
            }

            for (int i = 0; i < Turning; i++)
            {
                score += (double)query[Plain + i] * latents[at][Rank + i];
            }

            double share = Math.Exp(0.6 * score);
            total += share;
            for (int i = 0; i < ValueSize; i++)
            {
                sum[i] += share * Raised(row + Plain + i, at);
            }
        }

        return [.. sum.Select(each => each / total)];

        double Raised(int weightRow, int at)
        {
            double product = bias is { } added ? added[0][weightRow] : 0;
            for (int i = 0; i < Rank; i++)
            {
                product += (double)weight[weightRow][i] * latents[at][i];
            }

            return product;
        }
    }

    private Matrix Filled(int rows, int columns)
    {
        Matrix matrix = _scratch.Take(rows, columns);
        foreach (ref float number in matrix.Flat)
        {
            number = (float)((_random.NextDouble() * 2) - 1) / 2;
        }

        return matrix;
    }
}
