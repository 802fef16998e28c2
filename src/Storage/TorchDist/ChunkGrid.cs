using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Chunks that lie like the cells of a table: every dimension is cut at fixed places and each cell is one chunk. Nearly
/// all checkpoints are of this kind, which makes both the check that nothing is missing and the search for a chunk fast.
/// </summary>
internal sealed class ChunkGrid
{
    private readonly long[][] _cuts; // per dimension: where each cell begins, ascending
    private readonly int[] _cells; // row-major over the cuts: the number of the chunk

    private ChunkGrid(long[][] cuts, int[] cells)
    {
        _cuts = cuts;
        _cells = cells;
    }

    /// <summary>The grid that <paramref name="boxes"/> form, or null when they form none. Empty boxes do not count.</summary>
    public static ChunkGrid? Find(Shape shape, IReadOnlyList<Box> boxes)
    {
        long[][] cuts = new long[shape.Rank][];
        long cellCount = 1; // at most the square of a number of boxes
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            cuts[axis] = Cuts(axis, boxes);
            cellCount *= cuts[axis].Length;
            if (cellCount > boxes.Count || cellCount == 0 || cuts[axis][0] != 0)
            {
                return null;
            }
        }

        int[] cells = new int[(int)cellCount];
        Array.Fill(cells, -1);
        for (int i = 0; i < boxes.Count; i++)
        {
            if (boxes[i].Sizes.ElementCount == 0)
            {
                continue;
            }

            int cell = 0;
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                int step = Array.BinarySearch(cuts[axis], boxes[i].Offsets[axis]);
                long end = step + 1 < cuts[axis].Length ? cuts[axis][step + 1] : shape[axis];
                if (boxes[i].Sizes[axis] != end - cuts[axis][step])
                {
                    return null;
                }

                cell = (cell * cuts[axis].Length) + step;
            }

            if (cells[cell] >= 0)
            {
                return null;
            }

            cells[cell] = i;
        }

        return cells.Contains(-1) ? null : new(cuts, cells);
    }

    /// <summary>The numbers of the chunks that have a part of <paramref name="box"/>.</summary>
    public List<int> Touched(Box box)
    {
        List<int> touched = [];
        Collect(box, 0, 0, touched);
        return touched;
    }

    private void Collect(Box box, int axis, int cell, List<int> touched)
    {
        if (axis == _cuts.Length)
        {
            touched.Add(_cells[cell]);
            return;
        }

        long[] cuts = _cuts[axis];
        int step = Array.BinarySearch(cuts, box.Offsets[axis]);
        step = step < 0 ? ~step - 1 : step;
        for (long end = box.Offsets[axis] + box.Sizes[axis]; step < cuts.Length && cuts[step] < end; step++)
        {
            Collect(box, axis + 1, (cell * cuts.Length) + step, touched);
        }
    }

    private static long[] Cuts(int axis, IReadOnlyList<Box> boxes)
    {
        HashSet<long> cuts = [];
        foreach (Box box in boxes)
        {
            if (box.Sizes.ElementCount > 0)
            {
                cuts.Add(box.Offsets[axis]);
            }
        }

        return [.. cuts.Order()];
    }
}
