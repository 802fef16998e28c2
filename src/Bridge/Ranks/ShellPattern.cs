namespace MegatronBridge.Ranks;

/// <summary>
/// Patterns of parameter names as Python's fnmatch reads them: <c>*</c> is any text, <c>?</c> any character, <c>[abc]</c>, <c>[a-c]</c> one of
/// some, <c>[!abc]</c> none of them; <c>all</c> is everything.
/// </summary>
internal static class ShellPattern
{
    /// <summary>True when a name is one of those that the pattern means.</summary>
    public static bool Matches(string pattern, string name)
    {
        if (pattern == "all")
        {
            return true;
        }

        (int afterStar, int retry) = (-1, 0); // where to go on when what follows the last star does not fit
        (int at, int index) = (0, 0);
        while (index < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (afterStar, retry) = (++at, index);
            }
            else if (at < pattern.Length && Fits(pattern, ref at, name[index]))
            {
                index++;
            }
            else if (afterStar >= 0)
            {
                (at, index) = (afterStar, ++retry);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }

    /// <summary>True when a character fits what the pattern has at a place; goes behind it.</summary>
    private static bool Fits(string pattern, ref int at, char character)
    {
        char first = pattern[at++];
        int isNot = at < pattern.Length && pattern[at] == '!' ? 1 : 0;
        int close = first == '[' ? pattern.IndexOf(']', Math.Min(at + isNot + 1, pattern.Length)) : -1;
        if (close < 0)
        {
            return first == '?' || first == character;
        }

        ReadOnlySpan<char> set = pattern.AsSpan((at + isNot)..close);
        at = close + 1;
        return Contains(set, character) == (isNot == 0);
    }

    private static bool Contains(ReadOnlySpan<char> set, char character)
    {
        while (!set.IsEmpty)
        {
            bool isRange = set.Length > 2 && set[1] == '-';
            if (isRange ? character >= set[0] && character <= set[2] : character == set[0])
            {
                return true;
            }

            set = set[(isRange ? 3 : 1)..];
        }

        return false;
    }
}
