namespace MegatronBridge;

/// <summary>Finds what was meant by a misspelt name.</summary>
public static class Spelling
{
    /// <summary>The candidate with the fewest edits to <paramref name="name"/>; of equals the first; null without candidates.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(candidate, name));

    /// <summary>Like <see cref="Nearest"/>, but null when not even half of the letters agree.</summary>
    public static string? Similar(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { } nearest && Distance(nearest, name) * 2 <= Math.Max(nearest.Length, name.Length)
            ? nearest
            : null;

    // Edits (insert, delete, replace) that turn one text into the other.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
