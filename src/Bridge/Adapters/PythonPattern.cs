using System.Globalization;
using System.Text.RegularExpressions;

namespace MegatronBridge.Adapters;

/// <summary>A regular expression that somebody wrote for Python, as one that takes no longer than its text is long.</summary>
internal static partial class PythonPattern
{
    private const int LongestText = 16384;
    private const long MostRepetitions = 10_000; // of all counts in braces together, which make an automaton large

    /// <summary>The pattern between two others; null for what means something else here, or would need tracking back.</summary>
    public static Regex? Parse(string before, string pattern, string after)
    {
        if (pattern.Length > LongestText || !HasFewRepetitions(pattern))
        {
            return null;
        }

        try
        {
            return new(
                before + pattern + after,
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
                Regex.InfiniteMatchTimeout
            );
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool HasFewRepetitions(string pattern)
    {
        double all = 1;
        foreach (ValueMatch count in Counts().EnumerateMatches(pattern))
        {
            all *= double.Parse(pattern.AsSpan(count.Index, count.Length), CultureInfo.InvariantCulture);
        }

        return all <= MostRepetitions;
    }

    [GeneratedRegex("[1-9][0-9]*(?=[0-9,]*})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counts();
}
