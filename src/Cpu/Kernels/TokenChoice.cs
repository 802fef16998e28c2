using System.Numerics;
using System.Runtime.InteropServices;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Which positions a token sees, as bits: 32 positions lie in the place of each number of a row.</summary>
internal static class TokenChoice
{
    private const int Bits = 32;

    /// <summary>Numbers of a row for so many positions.</summary>
    public static int Columns(int positions) => (positions + Bits - 1) / Bits;

    /// <summary>Chooses the <paramref name="count"/> best of the positions, the first of those that are as good; or all, when there are no more.</summary>
    /// <param name="row">Where the choice goes.</param>
    /// <param name="scores">A score for each position.</param>
    /// <param name="sorted">Memory for as many numbers.</param>
    /// <param name="count">How many are chosen.</param>
    public static void Best(Span<float> row, ReadOnlySpan<float> scores, Span<float> sorted, int count)
    {
        row.Clear();
        Span<uint> words = MemoryMarshal.Cast<float, uint>(row);
        float least = float.NegativeInfinity;
        int asGood = scores.Length; // of those as good as the least, so many are chosen
        if (scores.Length > count)
        {
            scores.CopyTo(sorted);
            sorted.Sort();
            least = sorted[^count];
            asGood = sorted[^count..].Count(least);
        }

        for (int position = 0; position < scores.Length; position++)
        {
            if (scores[position] > least || (scores[position] == least && asGood-- > 0))
            {
                words[position / Bits] |= 1u << (position % Bits);
            }
        }
    }

    /// <summary>Chooses of <paramref name="count"/> positions those whose block, of so many positions each, is chosen.</summary>
    public static void Spread(ReadOnlySpan<float> blocks, int size, int count, Span<float> row)
    {
        row.Clear();
        Span<uint> words = MemoryMarshal.Cast<float, uint>(row);
        for (int position = 0; position < count; position++)
        {
            if (Has(blocks, position / size))
            {
                words[position / Bits] |= 1u << (position % Bits);
            }
        }
    }

    /// <summary>The first position from <paramref name="from"/> on that is chosen, or <paramref name="end"/> when none before it is.</summary>
    public static int Next(ReadOnlySpan<float> row, int from, int end)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<float, uint>(row);
        while (from < end)
        {
            uint rest = words[from / Bits] >> (from % Bits);
            if (rest != 0)
            {
                return Math.Min(end, from + BitOperations.TrailingZeroCount(rest));
            }

            from = ((from / Bits) + 1) * Bits;
        }

        return end;
    }

    /// <summary>Sets the scores of positions from <paramref name="first"/> on that are not chosen to negative infinity.</summary>
    public static void Hide(ReadOnlySpan<float> row, int first, Span<float> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!Has(row, first + i))
            {
                scores[i] = float.NegativeInfinity;
            }
        }
    }

    private static bool Has(ReadOnlySpan<float> row, int position) =>
        (MemoryMarshal.Cast<float, uint>(row)[position / Bits] >> (position % Bits) & 1) != 0;
}
