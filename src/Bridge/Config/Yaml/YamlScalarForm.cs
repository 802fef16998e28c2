namespace MegatronBridge.Config.Yaml;

/// <summary>How a text may be written, by PyYAML's rules, when only ASCII is wanted.</summary>
internal readonly record struct YamlScalarForm(bool Plain, bool SingleQuoted, bool Multiline)
{
    private const string Breaks = "\n\x85\u2028\u2029";
    private const string Blanks = "\0 \t\r" + Breaks;

    /// <summary>Looks at a text.</summary>
    public static YamlScalarForm Of(string text)
    {
        if (text.Length == 0)
        {
            return new(Plain: true, SingleQuoted: true, Multiline: false);
        }

        bool breaks = text.AsSpan().ContainsAny(Breaks);
        bool special = text.Any(c => c is not ('\n' or (>= ' ' and <= '~')));
        bool spaceBeforeBreak = false;
        bool breakBeforeSpace = false;
        for (int i = 1; i < text.Length; i++)
        {
            spaceBeforeBreak |= text[i - 1] == ' ' && IsBreak(text[i]);
            breakBeforeSpace |= IsBreak(text[i - 1]) && text[i] == ' ';
        }

        bool edges = text[0] == ' ' || IsBreak(text[0]) || text[^1] == ' ' || IsBreak(text[^1]);
        bool quotable = !special && !spaceBeforeBreak && !breakBeforeSpace;
        return new(quotable && !edges && !breaks && !HasIndicator(text), quotable, breaks);
    }

    // Characters that mean something to YAML where they stand.
    private static bool HasIndicator(string text)
    {
        if (
            text.StartsWith("---", StringComparison.Ordinal)
            || text.StartsWith("...", StringComparison.Ordinal)
            || "#,[]{}&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal)
            || (text[0] is '?' or ':' or '-' && IsBlankAt(text, 1))
        )
        {
            return true;
        }

        for (int i = 1; i < text.Length; i++)
        {
            if ((text[i] == ':' && IsBlankAt(text, i + 1)) || (text[i] == '#' && IsBlankAt(text, i - 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBreak(char c) => Breaks.Contains(c, StringComparison.Ordinal);

    private static bool IsBlankAt(string text, int index) =>
        index >= text.Length || Blanks.Contains(text[index], StringComparison.Ordinal);
}
