using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Finds out whether chunks cover a tensor without gap and without overlap, for any arrangement: the tensor is cut in
/// two at the edge of a chunk, again and again, until each part has exactly one chunk, none (a gap) or several (an
/// overlap).
/// </summary>
internal static class Tiling
{
    // Real checkpoints need about 20 visits a chunk. The limit keeps a hostile arrangement from costing minutes.
    private const int MostVisitsOfChunk = 40;
    private const int MostVisits = 1_000_000;

    /// <summary>What is wrong, or null. All boxes must lie inside <paramref name="shape"/>; empty ones do not count.</summary>
    public static string? FindFault(Shape shape, IReadOnlyList<Box> boxes)
    {
        if (shape.ElementCount == 0 || ChunkGrid.Find(shape, boxes) is not null)
        {
            return null;
        }

        // A stack of our own: hostile arrangements would go too deep for the thread's.
        Stack<(Box Region, Box[] Chunks)> parts = [];
        parts.Push((Box.Whole(shape), [.. boxes.Where(box => box.Sizes.ElementCount > 0)]));
        long visits = 0;
        while (parts.TryPop(out (Box Region, Box[] Chunks) part))
        {
            (Box region, Box[] chunks) = part;
            visits += chunks.Length;
            if (visits > MostVisits + (boxes.Count * (long)MostVisitsOfChunk))
            {
                return "its chunks lie in such disorder that they cannot be checked";
            }

            if (chunks.Length == 0)
            {
                return $"no chunk holds the elements {region}";
            }

            if (FindCut(region, chunks) is (int axis, long cut))
            {
                long before = cut - region.Offsets[axis];
                Box low = new(region.Offsets, region.Sizes.With(axis, before));
                Box high = new(region.Offsets.With(axis, cut), region.Sizes.With(axis, region.Sizes[axis] - before));
                parts.Push((high, Array.FindAll(chunks, box => box.Offsets[axis] + box.Sizes[axis] > cut)));
                parts.Push((low, Array.FindAll(chunks, box => box.Offsets[axis] < cut)));
            }
            else if (chunks.Length > 1)
            {
                return $"the chunks {chunks[0]} and {chunks[1]} both hold the elements {region}";
            }
        }

        return null;
    }

    /// <summary>
    /// The best edge to cut the region at: one that goes through the fewest chunks, and of these the one nearest to the
    /// middle. Null when no chunk has an edge inside the region.
    /// </summary>
    private static (int Axis, long Cut)? FindCut(Box region, Box[] chunks)
    {
        (int Axis, long Cut)? best = null;
        (int Crossed, int OffCentre) least = (int.MaxValue, int.MaxValue);
        for (int axis = 0; axis < region.Sizes.Rank; axis++)
        {
            long[] begins = new long[chunks.Length];
            long[] ends = new long[chunks.Length];
            for (int i = 0; i < chunks.Length; i++)
            {
                begins[i] = chunks[i].Offsets[axis];
                ends[i] = begins[i] + chunks[i].Sizes[axis];
            }

            Array.Sort(begins);
            Array.Sort(ends);
            foreach ((long cut, int ended, int begun) in Edges(region, axis, begins, ends))
            {
                (int Crossed, int OffCentre) cost = (begun - ended, Math.Abs(begun + ended - chunks.Length));
                if (cost.CompareTo(least) < 0)
                {
                    (best, least) = ((axis, cut), cost);
                }
            }
        }

        return best;
    }

    /// <summary>Each edge inside the region, with the number of chunks that end there or before, and that begin before.</summary>
    private static IEnumerable<(long Cut, int Ended, int Begun)> Edges(Box region, int axis, long[] begins, long[] ends)
    {
        long low = region.Offsets[axis];
        long high = low + region.Sizes[axis];
        int ended = 0;
        int begun = 0;
        long last = low;
        while (ended < ends.Length)
        {
            long cut = begun < begins.Length ? Math.Min(begins[begun], ends[ended]) : ends[ended];
            if (cut > last && cut < high)
            {
                int ending = ended;
                while (ending < ends.Length && ends[ending] <= cut)
                {
                    ending++;
                }

                yield return (cut, ending, begun);
                last = cut;
            }

            _ = begun < begins.Length && begins[begun] <= cut ? begun++ : ended++;
        }
    }
}
