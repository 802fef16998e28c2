namespace MegatronBridge.Storage.Files;

/// <summary>A range of an output file that is filled in memory and written at once: parts of one or more tensors.</summary>
/// <param name="Position">First byte in the file.</param>
/// <param name="Length">Number of bytes; between the segments there may be gaps, which are written as zeros.</param>
/// <param name="Segments">What is in it, by ascending position.</param>
internal readonly record struct Piece(long Position, int Length, IReadOnlyList<Segment> Segments)
{
    // A multiple of every element size, so that no element is cut.
    private const int Alignment = 64;

    // Smaller gaps are cheaper to write twice (here as zeros, at last by the layout) than a write of their own.
    private const int LargestGap = 16 << 10;

    /// <summary>
    /// Cuts the tensors of a file into pieces of at most <paramref name="capacity"/> bytes, in the order of the file:
    /// large tensors are divided, small neighbours share a piece.
    /// </summary>
    public static List<Piece> Cut(FileLayout layout, int capacity)
    {
        IReadOnlyList<Placement> placements = layout.Placements;
        int[] order = [.. Enumerable.Range(0, placements.Count).OrderBy(index => placements[index].Position)];
        List<Piece> pieces = [];
        List<Segment> segments = [];
        long begin = 0;
        long end = 0;
        foreach (int index in order)
        {
            (Tensors.TensorView view, long position) = placements[index];
            if (position < end || view.ByteCount > layout.Length - position)
            {
                throw new ArgumentException(
                    $"{layout.Name}: {view} at byte {position} overlaps its neighbour or leaves the file of {layout.Length}.",
                    nameof(layout)
                );
            }

            for (long offset = 0; offset < view.ByteCount; )
            {
                long at = position + offset;
                long rest = view.ByteCount - offset;
                long room = capacity - (at - begin);
                long length = rest <= room ? rest : room / Alignment * Alignment;
                if (segments.Count > 0 && (length <= 0 || at - end > LargestGap))
                {
                    pieces.Add(new(begin, (int)(end - begin), segments));
                    segments = [];
                }

                if (segments.Count == 0)
                {
                    begin = at;
                    length = Math.Min(rest, capacity);
                }

                segments.Add(new(index, offset, (int)length));
                offset += length;
                end = at + length;
            }
        }

        if (segments.Count > 0)
        {
            pieces.Add(new(begin, (int)(end - begin), segments));
        }

        return pieces;
    }
}
