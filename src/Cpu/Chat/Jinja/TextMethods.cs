using System.Buffers;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The methods of Python's texts.</summary>
internal static class TextMethods
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

    public static Callable? Find(string text, string name, Budget budget)
    {
        Func<Arguments, object?>? method = name switch
        {
            "strip" => arguments => PythonText.Strip(text, arguments.TextOrNone(0, "chars")),
            "lstrip" => arguments => PythonText.Strip(text, arguments.TextOrNone(0, "chars"), right: false),
            "rstrip" => arguments => PythonText.Strip(text, arguments.TextOrNone(0, "chars"), left: false),
            "startswith" => arguments =>
                Affixes(arguments).Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal)),
            "endswith" => arguments =>
                Affixes(arguments).Any(suffix => text.EndsWith(suffix, StringComparison.Ordinal)),
            "removeprefix" => arguments =>
                text.StartsWith(arguments.Text(0, "prefix"), StringComparison.Ordinal)
                    ? text[arguments.Text(0, "prefix").Length..]
                    : text,
            "removesuffix" => arguments =>
                text.EndsWith(arguments.Text(0, "suffix"), StringComparison.Ordinal)
                    ? text[..^arguments.Text(0, "suffix").Length]
                    : text,
            "split" => arguments => Split(text, arguments.TextOrNone(0, "sep"), arguments.Whole(1, "maxsplit", -1)),
            "rsplit" => arguments =>
                SplitFromRight(text, arguments.TextOrNone(0, "sep"), arguments.Whole(1, "maxsplit", -1)),
            "splitlines" => arguments => Lines(text, arguments.Flag(0, "keepends")),
            "partition" => arguments => Partition(text, arguments.Text(0, "sep"), last: false),
            "rpartition" => arguments => Partition(text, arguments.Text(0, "sep"), last: true),
            "join" => arguments => Join(text, Values.Items(arguments.Needed(0, "iterable")), budget),
            "replace" => arguments =>
                Replace(
                    text,
                    arguments.Text(0, "old"),
                    arguments.Text(1, "new"),
                    arguments.Whole(2, "count", -1),
                    budget
                ),
            "upper" => _ => text.ToUpperInvariant(),
            "lower" or "casefold" => _ => text.ToLowerInvariant(),
            "capitalize" => _ => Capitalized(text),
            "title" => _ => Title(text),
            "find" => arguments => Place(text, text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal)),
            "rfind" => arguments => Place(text, text.LastIndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal)),
            "index" => arguments =>
                Place(text, text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal)) is >= 0 and var place
                    ? place
                    : throw new JinjaException("the text does not have the part"),
            "count" => arguments => Count(text, arguments.Text(0, "sub")),
            "isdigit" or "isnumeric" or "isdecimal" => _ => text.Length > 0 && text.All(char.IsDigit),
            "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
            "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
            "isspace" => _ => text.Length > 0 && text.All(PythonText.IsSpace),
            "isupper" => _ => IsUpper(text),
            "islower" => _ => IsLower(text),
            "zfill" => arguments => Padded(text, arguments.Whole(0, "width", 0), "0", left: true, budget),
            "ljust" => arguments =>
                Padded(text, arguments.Whole(0, "width", 0), arguments.Text(1, "fillchar", " "), left: false, budget),
            "rjust" => arguments =>
                Padded(text, arguments.Whole(0, "width", 0), arguments.Text(1, "fillchar", " "), left: true, budget),
            "format" => arguments => budget.Made(Format(text, arguments, budget)),
            _ => null,
        };
        return method is null ? null : new Callable(name, method);
    }

    public static string Join(
        string separator,
        List<object?> items,
        Budget budget,
        Func<object?, string>? textOf = null
    )
    {
        var text = new StringBuilder();
        for (int i = 0; i < items.Count; i++)
        {
            string item = textOf is not null
                ? textOf(items[i])
                : items[i] as string
                    ?? throw new JinjaException($"a {Values.KindOf(items[i])} cannot be joined to a text");
            budget.Make(item.Length + separator.Length);
            text.Append(i > 0 ? separator : "").Append(item);
        }
        return text.ToString();
    }

    public static string Replace(string text, string old, string replacement, int count, Budget budget)
    {
        budget.Make((long)text.Length + Count(text, old) * replacement.Length);
        if (count < 0 && old.Length > 0)
        {
            return text.Replace(old, replacement, StringComparison.Ordinal);
        }
        var result = new StringBuilder();
        int at = 0;
        for (; count != 0 && at <= text.Length; count--)
        {
            int found = old.Length == 0 ? at : text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }
            result.Append(text, at, found - at).Append(replacement);
            if (old.Length == 0 && at < text.Length)
            {
                result.Append(text[at]);
            }
            at = found + Math.Max(old.Length, 1);
        }
        return result.Append(text, Math.Min(at, text.Length), Math.Max(text.Length - at, 0)).ToString();
    }

    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    public static string Capitalized(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        bool inWord = false;
        foreach (char c in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            inWord = char.IsLetter(c);
        }
        return result.ToString();
    }

    private static IEnumerable<string> Affixes(Arguments arguments) =>
        arguments.Needed(0, "prefix") is JinjaTuple { Items: var several }
            ? several.Select(one => one as string ?? throw new JinjaException("a text is needed in the tuple"))
            : [arguments.Text(0, "prefix")];

    private static List<object?> Split(string text, string? separator, int most)
    {
        var parts = new List<object?>();
        if (separator is null)
        {
            string rest = PythonText.Strip(text, null, right: false);
            while (rest.Length > 0)
            {
                int end = 0;
                while (end < rest.Length && !PythonText.IsSpace(rest[end]))
                {
                    end++;
                }
                if (most >= 0 && parts.Count == most)
                {
                    parts.Add(PythonText.Strip(rest, null, left: false));
                    break;
                }
                parts.Add(rest[..end]);
                rest = PythonText.Strip(rest[end..], null, right: false);
            }
            return parts;
        }
        if (separator.Length == 0)
        {
            throw new JinjaException("a text cannot be split at nothing");
        }
        parts.AddRange(most < 0 ? text.Split(separator) : text.Split(separator, most + 1));
        return parts;
    }

    private static List<object?> SplitFromRight(string text, string? separator, int most)
    {
        List<object?> parts = Split(text, separator, -1);
        if (most < 0 || parts.Count <= most + 1)
        {
            return parts;
        }
        if (separator is null)
        {
            throw new JinjaException("rsplit at white space with a limit is not supported");
        }
        int head = parts.Count - most;
        return [string.Join(separator, parts.Take(head)), .. parts.Skip(head)];
    }

    private static List<object?> Lines(string text, bool keepEnds)
    {
        var lines = new List<object?>();
        for (int start = 0; start < text.Length; )
        {
            int end = text.AsSpan(start).IndexOfAny(LineEnds);
            end = end < 0 ? text.Length : start + end;
            int next = Math.Min(text.Length, end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1));
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    private static JinjaTuple Partition(string text, string separator, bool last)
    {
        int at = last
            ? text.LastIndexOf(separator, StringComparison.Ordinal)
            : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new JinjaTuple([text[..at], separator, text[(at + separator.Length)..]])
            : last ? new JinjaTuple(["", "", text])
            : new JinjaTuple([text, "", ""]);
    }

    private static long Place(string text, int at) => at < 0 ? -1 : PythonText.Length(text[..at]);

    private static long Count(string text, string part)
    {
        if (part.Length == 0)
        {
            return PythonText.Length(text) + 1;
        }
        long count = 0;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }
        return count;
    }

    private static string Padded(string text, int width, string fill, bool left, Budget budget)
    {
        int missing = Math.Max(0, width - PythonText.Length(text));
        budget.Make(text.Length + missing);
        string padding = new(
            fill is [var one] ? one : throw new JinjaException("one character is needed to fill with"),
            missing
        );
        return left ? padding + text : text + padding;
    }

    // '{}', '{0}' and '{name}', without formats of their own.
    private static string Format(string format, Arguments arguments, Budget budget)
    {
        var result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c is not ('{' or '}'))
            {
                result.Append(c);
            }
            else if (i + 1 < format.Length && format[i + 1] == c)
            {
                result.Append(c);
                i++;
            }
            else
            {
                int end = c == '{' ? format.IndexOf('}', i) : -1;
                string name =
                    end < 0 ? throw new JinjaException("a format has a brace without the other") : format[(i + 1)..end];
                object? value =
                    name.Length == 0 ? arguments.Needed(next++, "{}")
                    : int.TryParse(name, out int place) ? arguments.Needed(place, name)
                    : arguments.Named.TryGetValue(name, out object? own) ? own
                    : throw new JinjaException($"'{{{name}}}' in a format is not supported");
                result.Append(PythonText.Str(value, budget));
                i = end;
            }
        }
        return result.ToString();
    }
}
