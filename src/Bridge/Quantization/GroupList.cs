namespace MegatronBridge.Quantization;

/// <summary>A <c>g_idx</c>: for each column of a weight the group whose scale it has.</summary>
internal static class GroupList
{
    private const long MostColumns = 1 << 24;

    /// <summary>The groups of all columns, or -1 for those without; null with a fault when the list does not fit.</summary>
    public static int[]? Read(Reading reading, string name, long columns, long groups)
    {
        if (reading.Integers(name, MostColumns) is not { } list)
        {
            return null;
        }

        if (list.Length != columns || list.Any(group => group < -1 || group >= groups))
        {
            reading.Faults.Add(
                $"{name} should name one of {groups} groups for each of {columns} columns, but does not."
            );
            return null;
        }

        return [.. list.Select(group => (int)group)];
    }
}
