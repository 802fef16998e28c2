namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Joins and drops the parts of a split.</summary>
internal static class Splitting
{
    /// <summary>The behaviour that a tokenizer.json names.</summary>
    public static SplitBehavior Read(JsonPart part) =>
        part.Text() switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            _ => throw part.Fault("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous is expected"),
        };

    public static void Join(List<Found> parts, SplitBehavior behavior)
    {
        switch (behavior)
        {
            case SplitBehavior.Removed:
                parts.RemoveAll(part => part.IsMatch);
                break;
            case SplitBehavior.MergedWithPrevious:
                JoinWhere(parts, (before, part) => part && !before);
                break;
            case SplitBehavior.Contiguous:
                JoinWhere(parts, (before, part) => part == before);
                break;
            case SplitBehavior.MergedWithNext:
                parts.Reverse();
                JoinWhere(parts, (before, part) => part && !before);
                parts.Reverse();
                break;
            default:
                break;
        }
    }

    // The question sees what the part before and the part are in the split, not what they became by joining.
    private static void JoinWhere(List<Found> parts, Func<bool, bool, bool> joins)
    {
        int count = 0;
        bool before = false;
        foreach (Found part in parts.ToArray())
        {
            if (count > 0 && joins(before, part.IsMatch))
            {
                Found last = parts[count - 1];
                parts[count - 1] = last with
                {
                    Start = Math.Min(last.Start, part.Start),
                    End = Math.Max(last.End, part.End),
                };
            }
            else
            {
                parts[count++] = part;
            }
            before = part.IsMatch;
        }
        parts.RemoveRange(count, parts.Count - count);
    }

    /// <summary>Parts of the characters that are, and those that are not, in a set; every member is a part of its own.</summary>
    public static void ByCharacter(ReadOnlySpan<char> piece, Unicode.CodeSet set, List<Found> parts)
    {
        int from = 0;
        for (int i = 0; i < piece.Length; )
        {
            bool isMatch = set.Contains(Unicode.CodePoints.At(piece, i, out int width));
            if (isMatch)
            {
                if (from < i)
                {
                    parts.Add(new Found(from, i, false));
                }
                parts.Add(new Found(i, i + width, true));
                from = i + width;
            }
            i += width;
        }
        if (from < piece.Length)
        {
            parts.Add(new Found(from, piece.Length, false));
        }
    }
}
