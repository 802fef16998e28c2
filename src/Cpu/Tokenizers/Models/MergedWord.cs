using System.Runtime.InteropServices;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Joins the symbols of a word: of all neighbours with a merge always those of the lowest rank, the leftmost first.</summary>
internal static class MergedWord
{
    private const int ShortWord = 32;
    private const int Removed = -2;

    /// <summary>Joins what stands in <paramref name="ids"/> from <paramref name="start"/> on, in place.</summary>
    public static void Merge(List<int> ids, int start, PairTable merges)
    {
        Span<int> symbols = CollectionsMarshal.AsSpan(ids)[start..];
        int count =
            symbols.Length < 2 ? symbols.Length
            : symbols.Length <= ShortWord ? MergeShort(symbols, merges)
            : MergeLong(symbols, merges);
        CollectionsMarshal.SetCount(ids, start + count);
    }

    private static int MergeShort(Span<int> symbols, PairTable merges)
    {
        Span<int> ranks = stackalloc int[ShortWord];
        Span<int> joined = stackalloc int[ShortWord];
        int count = symbols.Length;
        for (int i = 0; i < count - 1; i++)
        {
            ranks[i] = Rank(merges, symbols[i], symbols[i + 1], out joined[i]);
        }
        while (true)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }
            if (count < 2 || ranks[best] == int.MaxValue)
            {
                return count;
            }
            symbols[best] = joined[best];
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            count--;
            if (best + 1 < count)
            {
                ranks[(best + 2)..count].CopyTo(ranks[(best + 1)..]);
                joined[(best + 2)..count].CopyTo(joined[(best + 1)..]);
                ranks[best] = Rank(merges, symbols[best], symbols[best + 1], out joined[best]);
            }
            if (best > 0)
            {
                ranks[best - 1] = Rank(merges, symbols[best - 1], symbols[best], out joined[best - 1]);
            }
        }
    }

    private static int Rank(PairTable merges, int left, int right, out int joined) =>
        merges.TryGet(left, right, out int rank, out joined) ? rank : int.MaxValue;

    private static int MergeLong(Span<int> symbols, PairTable merges)
    {
        int[] next = new int[symbols.Length];
        int[] before = new int[symbols.Length];
        var queue = new PriorityQueue<Candidate, long>();
        for (int i = 0; i < symbols.Length; i++)
        {
            next[i] = i + 1;
            before[i] = i - 1;
            if (i + 1 < symbols.Length)
            {
                Offer(queue, merges, i, symbols[i], symbols[i + 1]);
            }
        }
        while (queue.TryDequeue(out Candidate top, out _))
        {
            int at = top.At;
            int right = next[at];
            if (symbols[at] != top.Left || right >= symbols.Length || symbols[right] != top.Right)
            {
                continue; // one of the two has been joined with another meanwhile
            }
            symbols[at] = top.Joined;
            symbols[right] = Removed;
            next[at] = next[right];
            if (next[at] < symbols.Length)
            {
                before[next[at]] = at;
                Offer(queue, merges, at, symbols[at], symbols[next[at]]);
            }
            if (before[at] >= 0)
            {
                Offer(queue, merges, before[at], symbols[before[at]], symbols[at]);
            }
        }
        int count = 0;
        for (int i = 0; i < symbols.Length; i = next[i])
        {
            symbols[count++] = symbols[i];
        }
        return count;
    }

    private readonly record struct Candidate(int At, int Left, int Right, int Joined);

    private static void Offer(PriorityQueue<Candidate, long> queue, PairTable merges, int at, int left, int right)
    {
        if (merges.TryGet(left, right, out int rank, out int joined))
        {
            queue.Enqueue(new Candidate(at, left, right, joined), (long)rank << 32 | (uint)at);
        }
    }
}
