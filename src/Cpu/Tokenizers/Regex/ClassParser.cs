using System.Globalization;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>Reads what stands for a set of characters: brackets with ranges, inner brackets and <c>&amp;&amp;</c>, and escapes.</summary>
internal static class ClassParser
{
    private const int MaxDepth = 20;

    /// <summary>Reads from after the opening bracket to after the closing one.</summary>
    public static CodeSet Parse(ReadOnlySpan<char> text, ref int at, bool ignoreCase, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new RegexSyntaxException($"it has brackets deeper than {MaxDepth}");
        }
        bool negated = at < text.Length && text[at] == '^';
        at += negated ? 1 : 0;
        CodeSet? meet = null;
        CodeSet own = CodeSet.Of();
        for (int start = at; ; )
        {
            if (at >= text.Length)
            {
                throw new RegexSyntaxException("it has a '[' without its ']'");
            }
            if (text[at] == ']' && at > start)
            {
                break;
            }
            if (text[at..].StartsWith("&&"))
            {
                meet = meet is null ? own : meet.And(own);
                own = CodeSet.Of();
                at += 2;
                continue;
            }
            own = own.Or(Item(text, ref at, ignoreCase, depth));
        }
        at++;
        CodeSet all = meet is null ? own : meet.And(own);
        // Without regard to case a negated class excludes every case of its members.
        all = ignoreCase ? CharacterClass.CaseClosure(all) : all;
        return negated ? all.Not() : all;
    }

    private static CodeSet Item(ReadOnlySpan<char> text, ref int at, bool ignoreCase, int depth)
    {
        if (text[at] == '[')
        {
            if (text[at..].StartsWith("[:") && Bracket(text, ref at) is { } bracket)
            {
                return bracket;
            }
            at++;
            return Parse(text, ref at, ignoreCase, depth + 1);
        }
        int before = at;
        if (Single(text, ref at) is not { } first)
        {
            at = before;
            return Escape(text, ref at);
        }
        if (at + 1 >= text.Length || text[at] != '-' || text[at + 1] is ']' or '[')
        {
            return CodeSet.Of(first);
        }
        int dash = at++;
        if (Single(text, ref at) is not { } last)
        {
            at = dash; // a class cannot end a range: the dash is a character
            return CodeSet.Of(first);
        }
        return last >= first
            ? CodeSet.Range(first, last)
            : throw new RegexSyntaxException($"it has the empty range U+{first:X4}-U+{last:X4}");
    }

    /// <summary>One character, escaped or not; null where an escape stands for several.</summary>
    private static int? Single(ReadOnlySpan<char> text, ref int at)
    {
        if (text[at] != '\\')
        {
            int code = CodePoints.At(text, at, out int width);
            at += width;
            return code;
        }
        if (at + 1 >= text.Length)
        {
            throw new RegexSyntaxException("it has a \\ at the end");
        }
        char letter = text[at + 1];
        if (letter is 'x' or 'u')
        {
            return Hexadecimal(text, ref at, letter == 'u');
        }
        int? known = letter switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => '\e',
            'b' => '\b',
            '0' => '\0',
            _ when char.IsAsciiLetterOrDigit(letter) => null,
            _ => CodePoints.At(text, at + 1, out _),
        };
        at += known is null ? 0 : 1 + (known >= 0x10000 ? 2 : 1);
        return known;
    }

    /// <summary>Reads an escape from its backslash on.</summary>
    public static CodeSet Escape(ReadOnlySpan<char> text, ref int at)
    {
        if (Single(text, ref at) is { } single)
        {
            return CodeSet.Of(single);
        }
        char letter = text[at + 1];
        at += 2;
        UnicodeData data = UnicodeData.Instance;
        return letter switch
        {
            'd' => CharacterClass.Digit,
            'D' => CharacterClass.Digit.Not(),
            's' => data.Space,
            'S' => data.Space.Not(),
            'w' => data.Word,
            'W' => data.Word.Not(),
            'h' => CharacterClass.HexDigit,
            'H' => CharacterClass.HexDigit.Not(),
            'N' => CharacterClass.NewLine.Not(),
            'O' => CharacterClass.Any,
            'p' => Property(text, ref at, false),
            'P' => Property(text, ref at, true),
            _ => throw new RegexSyntaxException($"it has \\{letter}, which is not supported"),
        };
    }

    private static CodeSet Property(ReadOnlySpan<char> text, ref int at, bool negated)
    {
        int length = at < text.Length && text[at] == '{' ? text[at..].IndexOf('}') : -1;
        if (length < 0)
        {
            throw new RegexSyntaxException("it has a \\p without its {name}");
        }
        string name = text[(at + 1)..(at + length)].ToString();
        at += length + 1;
        if (name.StartsWith('^'))
        {
            (name, negated) = (name[1..], !negated);
        }
        CodeSet set =
            CharacterClass.Named(name)
            ?? throw new RegexSyntaxException($"it has \\p{{{name}}}, a class of characters that is not known");
        return negated ? set.Not() : set;
    }

    private static CodeSet? Bracket(ReadOnlySpan<char> text, ref int at)
    {
        int end = text[at..].IndexOf(":]");
        if (end < 0)
        {
            return null;
        }
        string name = text[(at + 2)..(at + end)].ToString();
        bool negated = name.StartsWith('^');
        if (CharacterClass.Bracket(negated ? name[1..] : name) is not { } set)
        {
            return null;
        }
        at += end + 2;
        return negated ? set.Not() : set;
    }

    // \xHH, \x{H...} and \uHHHH
    private static int Hexadecimal(ReadOnlySpan<char> text, ref int at, bool four)
    {
        int start = at + 2;
        int end = start;
        bool braces = !four && start < text.Length && text[start] == '{';
        start += braces ? 1 : 0;
        end = start;
        int most =
            braces ? 8
            : four ? 4
            : 2;
        while (end < text.Length && end - start < most && char.IsAsciiHexDigit(text[end]))
        {
            end++;
        }
        bool closed = !braces || (end < text.Length && text[end] == '}');
        if (
            end == start
            || !closed
            || (four && end - start != 4)
            || !int.TryParse(text[start..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int code)
            || (uint)code >= CodePoints.Limit
            || (most == 2 && code > 127)
        )
        {
            throw new RegexSyntaxException($"at character {at} it has an escape of a character that is not supported");
        }
        at = end + (braces ? 1 : 0);
        return code;
    }
}
