using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Texts as Python sees them: by code points, with its notion of white space, and how it prints values.</summary>
internal static class PythonText
{
    private const int MaxDepth = 100;

    public static bool IsSpace(char c) =>
        c
            is (>= '\t' and <= '\r')
                or (>= '\x1c' and <= ' ')
                or '\x85'
                or '\xa0'
                or '\u1680'
                or (>= '\u2000' and <= '\u200a')
                or '\u2028'
                or '\u2029'
                or '\u202f'
                or '\u205f'
                or '\u3000';

    /// <summary>Without the white space, or any of the given characters, at its ends.</summary>
    public static string Strip(string text, string? characters, bool left = true, bool right = true)
    {
        int start = 0;
        int end = text.Length;
        while (left && start < end && IsStripped(text, start, characters, out int width))
        {
            start += width;
        }
        while (right && end > start)
        {
            CodePoints.Before(text, end, out int width);
            if (!IsStripped(text, end - width, characters, out _))
            {
                break;
            }
            end -= width;
        }
        return text[start..end];
    }

    private static bool IsStripped(string text, int at, string? characters, out int width)
    {
        int code = CodePoints.At(text, at, out width);
        return characters is null
            ? code < 0x10000 && IsSpace((char)code)
            : characters.AsSpan().IndexOf(text.AsSpan(at, width)) >= 0;
    }

    public static int Length(string text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
        {
            count -= char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]) ? 1 : 0;
        }
        return count;
    }

    /// <summary>The characters of a text, each a text.</summary>
    public static List<object?> Characters(string text)
    {
        var characters = new List<object?>(text.Length);
        for (int i = 0; i < text.Length; )
        {
            CodePoints.At(text, i, out int width);
            characters.Add(text.Substring(i, width));
            i += width;
        }
        return characters;
    }

    /// <summary>What <c>str(value)</c> gives.</summary>
    public static string Str(object? value, Budget budget) =>
        value as string ?? (value is Undefined ? "" : Repr(value, budget));

    /// <summary>What <c>repr(value)</c> gives.</summary>
    public static string Repr(object? value, Budget budget)
    {
        var text = new StringBuilder();
        AppendRepr(text, value, 0, budget);
        return text.ToString();
    }

    private static void AppendRepr(StringBuilder text, object? value, int depth, Budget budget)
    {
        if (depth > MaxDepth)
        {
            throw new JinjaException($"a value nests deeper than {MaxDepth}");
        }
        budget.Step();
        switch (value)
        {
            case null:
                text.Append("None");
                break;
            case bool flag:
                text.Append(flag ? "True" : "False");
                break;
            case long number:
                text.Append(number);
                break;
            case double number:
                text.Append(PythonFloat.Repr(number));
                break;
            case string own:
                budget.Make(own.Length);
                AppendQuoted(text, own);
                break;
            case JinjaTuple { Items: var items }:
                AppendAll(text, items, "(", items.Count == 1 ? ",)" : ")", depth, budget);
                break;
            case List<object?> items:
                AppendAll(text, items, "[", "]", depth, budget);
                break;
            case JinjaMap map:
                string separator = "{";
                foreach ((object? key, object? item) in map.Entries)
                {
                    text.Append(separator);
                    AppendRepr(text, key, depth + 1, budget);
                    text.Append(": ");
                    AppendRepr(text, item, depth + 1, budget);
                    separator = ", ";
                }
                text.Append(map.Count == 0 ? "{}" : "}");
                break;
            case Undefined:
                text.Append("Undefined");
                break;
            default:
                throw new JinjaException($"a {Values.KindOf(value)} has no text");
        }
    }

    private static void AppendAll(
        StringBuilder text,
        List<object?> items,
        string start,
        string end,
        int depth,
        Budget budget
    )
    {
        text.Append(start);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            AppendRepr(text, items[i], depth + 1, budget);
        }
        text.Append(end);
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        char quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        text.Append(quote);
        foreach (Rune rune in value.EnumerateRunes())
        {
            byte category = UnicodeData.Instance.Categories[rune.Value];
            string name = UnicodeData.CategoryNames[category];
            _ = rune.Value switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when rune.Value == quote => text.Append('\\').Append(quote),
                ' ' => text.Append(' '),
                _ when name[0] is not ('C' or 'Z') => text.Append(rune.ToString()),
                <= 0xFF => text.Append($"\\x{rune.Value:x2}"),
                <= 0xFFFF => text.Append($"\\u{rune.Value:x4}"),
                _ => text.Append($"\\U{rune.Value:x8}"),
            };
        }
        text.Append(quote);
    }
}
