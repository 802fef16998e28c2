using MegatronBridge.Cpu.Tokenizers.PreTokenizers;
using MegatronBridge.Storage;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>A text or a regular expression to look for.</summary>
internal sealed class Pattern
{
    private readonly string? _text;
    private readonly RegexProgram? _regex;
    private readonly JsonPart _origin;

    private Pattern(string? text, RegexProgram? regex, JsonPart origin)
    {
        _text = text;
        _regex = regex;
        _origin = origin.Detached();
    }

    /// <summary>The text, when it is one.</summary>
    public string? Text => _text;

    /// <summary>Reads <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
    public static Pattern Read(JsonPart part)
    {
        JsonPart text = part["String"];
        JsonPart regex = part["Regex"];
        if (!text.IsNull)
        {
            return text.Text().Length > 0
                ? new Pattern(text.Text(), null, text)
                : throw text.Fault("a text with characters is expected");
        }
        return Regex(regex.Text(), regex);
    }

    public static Pattern Regex(string pattern, JsonPart origin)
    {
        try
        {
            return new Pattern(null, new RegexProgram(pattern), origin);
        }
        catch (RegexSyntaxException e)
        {
            throw new BadFileException(
                origin.File,
                $"{origin.Place}: the regular expression '{Shown(pattern)}' cannot be used: {e.Message}.",
                e
            );
        }
    }

    public Search Begin() => new(this);

    private static string Shown(string pattern) => pattern.Length > 120 ? pattern[..120] + "..." : pattern;

    /// <summary>Looks in one text after another; for one thread.</summary>
    public sealed class Search(Pattern pattern)
    {
        private readonly Stack<RegexMatcher.Alternative> _alternatives = new();

        /// <summary>Adds the matches and what stands between them, which together cover the text.</summary>
        public void Find(ReadOnlySpan<char> text, List<Found> parts, bool invert)
        {
            int from = pattern._text is { } literal
                ? FindText(text, literal, parts, invert)
                : FindRegex(text, parts, invert);
            if (from < text.Length)
            {
                parts.Add(new Found(from, text.Length, invert));
            }
        }

        private static int FindText(ReadOnlySpan<char> text, string literal, List<Found> parts, bool invert)
        {
            int from = 0;
            for (int at; (at = text[from..].IndexOf(literal, StringComparison.Ordinal)) >= 0; )
            {
                Add(parts, ref from, from + at, from + at + literal.Length, invert);
            }
            return from;
        }

        private int FindRegex(ReadOnlySpan<char> text, List<Found> parts, bool invert)
        {
            try
            {
                int from = 0;
                var matcher = new RegexMatcher(pattern._regex!, text, _alternatives);
                while (matcher.Next(out int start, out int end))
                {
                    Add(parts, ref from, start, end, invert);
                }
                return from;
            }
            catch (RegexSyntaxException e)
            {
                throw new BadFileException(
                    pattern._origin.File,
                    $"{pattern._origin.Place}: the regular expression fails: {e.Message}.",
                    e
                );
            }
        }

        private static void Add(List<Found> parts, ref int from, int start, int end, bool invert)
        {
            if (from < start)
            {
                parts.Add(new Found(from, start, invert));
            }
            parts.Add(new Found(start, end, !invert));
            from = end;
        }
    }
}
