using System.Globalization;
using System.Text;

namespace MegatronBridge.Config.Yaml;

/// <summary>Reads scalars: plain, quoted, and the blocks behind <c>|</c> and <c>&gt;</c>.</summary>
internal static class YamlScalarReader
{
    private const string Blanks = " \t";
    private const string Indicators = "-?:,[]{}#&*!|>'\"%@`";

    /// <summary>True when a plain scalar can begin here.</summary>
    public static bool IsPlain(YamlCursor at, bool flow)
    {
        char c = at.Peek();
        return (!YamlCursor.IsBlank(c) && !Indicators.Contains(c, StringComparison.Ordinal))
            || (!YamlCursor.IsBlank(at.Peek(1)) && (c == '-' || (!flow && c is '?' or ':')));
    }

    /// <summary>A plain scalar; it goes on over lines that are indented by more than <paramref name="indent"/>.</summary>
    public static string ReadPlain(YamlCursor at, int indent, bool flow)
    {
        StringBuilder text = new();
        string gap = "";
        while (at.Peek() != '#')
        {
            int length = PlainLength(at, flow);
            if (length == 0)
            {
                break;
            }

            text.Append(gap).Append(at.Take(length));
            gap = ReadGap(at, " ");
            if (gap.Length == 0 || at.AtEnd || (!flow && at.Column <= indent))
            {
                break;
            }
        }

        return text.ToString();
    }

    /// <summary>A scalar in single or double quotes.</summary>
    public static string ReadQuoted(YamlCursor at)
    {
        char quote = at.Take(1)[0];
        StringBuilder text = new();
        while (true)
        {
            char c = at.Peek();
            if (c == YamlCursor.End || at.AtMarker("---") || at.AtMarker("..."))
            {
                throw at.Fault("the quotes of a text are not closed.");
            }

            if (c == quote)
            {
                at.Take(1);
                if (quote == '"' || at.Peek() != '\'')
                {
                    return text.ToString();
                }

                text.Append(at.Take(1));
            }
            else if (c == '\\' && quote == '"')
            {
                AppendEscape(at, text);
            }
            else
            {
                text.Append(YamlCursor.IsBlank(c) ? ReadGap(at, Blanks) : at.Take(1));
            }
        }
    }

    /// <summary>The lines behind <c>|</c> (kept) or <c>&gt;</c> (folded), which are indented by more than <paramref name="indent"/>.</summary>
    public static string ReadBlock(YamlCursor at, int indent)
    {
        bool folded = at.Take(1) == ">";
        string header = at.TakeWhile("+-123456789");
        at.TakeWhile(" ");
        if (at.Peek() == '#')
        {
            at.SkipToToken();
        }
        else if (YamlCursor.IsBreak(at.Peek()))
        {
            at.TakeBreak();
        }
        else
        {
            throw at.Fault("a line break must follow the header of a block.");
        }

        char[] digits = [.. header.Where(char.IsAsciiDigit)];
        if (digits.Length > 1 || header.Length - digits.Length > 1)
        {
            throw at.Fault($"the header {header} of a block is not valid.");
        }

        int? given = digits.Length == 1 ? Math.Max(indent, 0) + digits[0] - '0' : null;
        return ReadLines(at, folded, header, given, Math.Max(indent + 1, 1));
    }

    private static string ReadLines(YamlCursor at, bool folded, string header, int? given, int least)
    {
        StringBuilder text = new();
        StringBuilder breaks = new();
        int width = given ?? FindIndent(at, breaks, least);
        SkipIndent(at, breaks, width);
        string lineBreak = "";
        while (at.Column == width && at.Peek() != YamlCursor.End)
        {
            bool leading = Blanks.Contains(at.Peek(), StringComparison.Ordinal);
            text.Append(breaks);
            breaks.Clear();
            int length = 0;
            while (at.Peek(length) != YamlCursor.End && !YamlCursor.IsBreak(at.Peek(length)))
            {
                length++;
            }

            text.Append(at.Take(length));
            lineBreak = at.Peek() == YamlCursor.End ? "" : at.TakeBreak();
            SkipIndent(at, breaks, width);
            if (at.Column != width || at.Peek() == YamlCursor.End)
            {
                break;
            }

            bool fold =
                folded && lineBreak == "\n" && !leading && !Blanks.Contains(at.Peek(), StringComparison.Ordinal);
            text.Append(
                !fold ? lineBreak
                : breaks.Length == 0 ? " "
                : ""
            );
        }

        return header.Contains('-', StringComparison.Ordinal) ? text.ToString()
            : header.Contains('+', StringComparison.Ordinal) ? text.Append(lineBreak).Append(breaks).ToString()
            : text.Append(lineBreak).ToString();
    }

    private static int FindIndent(YamlCursor at, StringBuilder breaks, int least)
    {
        int width = 0;
        while (at.Peek() == ' ' || YamlCursor.IsBreak(at.Peek()))
        {
            at.TakeWhile(" ");
            width = Math.Max(width, at.Column);
            if (YamlCursor.IsBreak(at.Peek()))
            {
                breaks.Append(at.TakeBreak());
            }
        }

        return Math.Max(least, width);
    }

    private static void SkipIndent(YamlCursor at, StringBuilder breaks, int width)
    {
        while (true)
        {
            while (at.Column < width && at.Peek() == ' ')
            {
                at.Take(1);
            }

            if (!YamlCursor.IsBreak(at.Peek()))
            {
                return;
            }

            breaks.Append(at.TakeBreak());
        }
    }

    private static int PlainLength(YamlCursor at, bool flow)
    {
        int length = 0;
        while (!EndsPlain(at, length, flow))
        {
            length++;
        }

        return length;
    }

    private static bool EndsPlain(YamlCursor at, int offset, bool flow)
    {
        (char c, char next) = (at.Peek(offset), at.Peek(offset + 1));
        return YamlCursor.IsBlank(c)
            || (c == ':' && (YamlCursor.IsBlank(next) || (flow && ",[]{}".Contains(next, StringComparison.Ordinal))))
            || (flow && ",?[]{}".Contains(c, StringComparison.Ordinal));
    }

    // Blanks in a line stay; one line break means a space, and of several one is dropped.
    private static string ReadGap(YamlCursor at, string blanks)
    {
        string inLine = at.TakeWhile(blanks);
        if (!YamlCursor.IsBreak(at.Peek()))
        {
            return inLine;
        }

        string first = at.TakeBreak();
        StringBuilder breaks = new();
        while (true)
        {
            if (at.AtMarker("---") || at.AtMarker("..."))
            {
                break;
            }

            at.TakeWhile(blanks);
            if (!YamlCursor.IsBreak(at.Peek()))
            {
                break;
            }

            breaks.Append(at.TakeBreak());
        }

        return first != "\n" ? first + breaks
            : breaks.Length == 0 ? " "
            : breaks.ToString();
    }

    private static void AppendEscape(YamlCursor at, StringBuilder text)
    {
        at.Take(1);
        if (YamlCursor.IsBreak(at.Peek()))
        {
            at.TakeBreak();
            while (true)
            {
                at.TakeWhile(Blanks);
                if (!YamlCursor.IsBreak(at.Peek()))
                {
                    return;
                }

                text.Append(at.TakeBreak());
            }
        }

        char c = at.Peek();
        int digits = c switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits == 0)
        {
            int index = "0abt\tnvfre \"\\/N_LP".IndexOf(c, StringComparison.Ordinal);
            if (c == YamlCursor.End || index < 0)
            {
                throw at.Fault($"the escape \\{c} is not known.");
            }

            at.Take(1);
            text.Append("\0\a\b\t\t\n\v\f\r\e \"\\/\x85\xA0\u2028\u2029"[index]);
            return;
        }

        at.Take(1);
        StringBuilder hex = new();
        for (int i = 0; i < digits && char.IsAsciiHexDigit(at.Peek()); i++)
        {
            hex.Append(at.Take(1));
        }

        if (hex.Length != digits)
        {
            throw at.Fault($"the escape \\{c} needs {digits} hexadecimal digits.");
        }

        uint point = uint.Parse(hex.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        text.Append(
            point switch
            {
                <= 0xFFFF => ((char)point).ToString(),
                <= 0x10FFFF => char.ConvertFromUtf32((int)point),
                _ => throw at.Fault($"the escape \\{c}{hex} is no character."),
            }
        );
    }
}
