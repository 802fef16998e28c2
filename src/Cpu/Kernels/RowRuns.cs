namespace MegatronBridge.Cpu.Kernels;

/// <summary>All rows of a weight, in the places where they lie. Somebody else owns the list.</summary>
/// <param name="Runs">The first <see cref="RowRun"/>.</param>
/// <param name="Count">How many there are.</param>
internal readonly unsafe record struct RowRuns(nint Runs, int Count)
{
    /// <summary>The number of the run that has a row.</summary>
    public int IndexOf(int row)
    {
        RowRun* all = (RowRun*)Runs;
        int low = 0;
        int high = Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = all[middle].End > row ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>What a run has of the rows from <paramref name="row"/>, which is one of its rows, up to <paramref name="end"/>.</summary>
    public RowRun Cut(int index, int row, int end)
    {
        RowRun run = ((RowRun*)Runs)[index];
        return new()
        {
            Start = run.Start + ((row - run.First) * run.Stride),
            Stride = run.Stride,
            First = row,
            End = Math.Min(end, run.End),
        };
    }
}
