using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Sums of groups of tokens, channel by channel: each value counts by a softmax of the gates. An item is a group. Where groups overlap, the
/// first half of a token's channels goes to the group behind its own, and the second half to its own.
/// </summary>
/// <param name="tokens">Values and gates of each token, <c>[tokens, 2 · channels]</c>.</param>
/// <param name="begin">The row in which the first group begins; the group before it lies before it, if there is one.</param>
/// <param name="positions">What is added to the gates, for each token of a group, <c>[ratio, channels]</c>.</param>
/// <param name="overlaps">True when groups overlap.</param>
/// <param name="groups">Where the sums go, <c>[groups, size]</c>.</param>
internal readonly unsafe struct CompressionJob(Matrix tokens, int begin, Matrix positions, bool overlaps, Matrix groups)
    : IJob
{
    private int Ratio => positions.Rows;

    public void Run(int begin, int end)
    {
        for (int group = begin; group < end; group++)
        {
            Span<float> sums = groups[group];
            int channel = 0;
            for (; channel <= sums.Length - Vector256<float>.Count; channel += Vector256<float>.Count)
            {
                Sum(group, channel, isWide: true).CopyTo(sums[channel..]);
            }

            for (; channel < sums.Length; channel++)
            {
                sums[channel] = Sum(group, channel, isWide: false).ToScalar();
            }
        }
    }

    private Vector256<float> Sum(int group, int channel, bool isWide)
    {
        int own = begin + (group * Ratio);
        int first = overlaps ? Math.Max(0, own - Ratio) : own; // the first group of all overlaps with none
        int last = own + Ratio;
        Vector256<float> most = Vector256.Create(float.NegativeInfinity);
        for (int token = first; token < last; token++)
        {
            most = Vector256.Max(most, Gate(token, own, channel, isWide));
        }

        Vector256<float> total = Vector256<float>.Zero;
        Vector256<float> sum = Vector256<float>.Zero;
        for (int token = first; token < last; token++)
        {
            Vector256<float> weight = Vector256.Exp(Gate(token, own, channel, isWide) - most);
            total += weight;
            sum += weight * Load(tokens, token, Column(token, own, channel), isWide);
        }

        return sum / total;
    }

    private Vector256<float> Gate(int token, int own, int channel, bool isWide)
    {
        int column = Column(token, own, channel);
        int place = token < own ? token - own + Ratio : token - own;
        return Load(tokens, token, positions.Columns + column, isWide) + Load(positions, place, column, isWide);
    }

    private int Column(int token, int own, int channel) =>
        overlaps && token >= own ? groups.Columns + channel : channel;

    private static Vector256<float> Load(Matrix matrix, int row, int column, bool isWide)
    {
        float* at = matrix.Start + ((long)row * matrix.Stride) + column;
        return isWide ? Vector256.Load(at) : Vector256.Create(*at);
    }
}
