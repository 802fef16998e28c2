using System.Globalization;
using System.Text;

namespace MegatronBridge.Config.Yaml;

/// <summary>
/// Writes values as PyYAML's <c>safe_dump</c> does: block style, keys sorted (or not, as asked), lines folded behind column 80, ASCII only. The files of
/// the real Megatron-Bridge come out byte for byte.
/// </summary>
internal sealed class YamlWriter
{
    private const int Width = 80;

    // 128, of which PyYAML takes five for the tag !!str that it then leaves out.
    private const int MaxKeyLength = 123;

    private readonly StringBuilder _text = new();
    private readonly bool _sortsKeys;
    private int _column;

    private YamlWriter(bool sortKeys) => _sortsKeys = sortKeys;

    /// <summary>The text of a document.</summary>
    public static string Write(ConfigValue.Map document, bool sortKeys = true)
    {
        YamlWriter writer = new(sortKeys);
        if (document.Entries.Count == 0)
        {
            return "{}\n";
        }

        writer.WriteMap(document, indent: 0, inline: true);
        return writer._text.Append('\n').ToString();
    }

    // inline: the first entry stands on the line that has begun, behind the indicator of a list or a long key.
    private void WriteMap(ConfigValue.Map map, int indent, bool inline)
    {
        foreach ((ConfigValue key, ConfigValue value) in _sortsKeys ? Sorted(map) : map.Entries)
        {
            BeginLine(indent, inline);
            inline = false;
            string text = key is ConfigValue.Text { Value: var name } ? name : Scalar(key);
            bool quoted = key is ConfigValue.Text && YamlResolver.NeedsQuotes(text);
            YamlScalarForm form = YamlScalarForm.Of(text);
            if (text.Length > 0 && CodePoints(text).Length < MaxKeyLength && !form.Multiline)
            {
                WriteText(text, quoted, form, indent, fold: false, leadingSpace: false);
                Append(":");
                WriteNode(value, indent, afterIndicator: false);
            }
            else
            {
                Append("?");
                WriteText(text, quoted, form, indent + 2, fold: true, leadingSpace: true);
                BeginLine(indent, inline: false);
                Append(":");
                WriteNode(value, indent, afterIndicator: true);
            }
        }
    }

    private void WriteList(ConfigValue.List list, int indent, bool inline)
    {
        foreach (ConfigValue item in list.Items)
        {
            BeginLine(indent, inline);
            inline = false;
            Append("-");
            WriteNode(item, indent, afterIndicator: true);
        }
    }

    private void WriteNode(ConfigValue value, int indent, bool afterIndicator)
    {
        switch (value)
        {
            case ConfigValue.Map { Entries.Count: > 0 } map:
                Append(map.IsSet ? " !!set" : "");
                WriteMap(map, indent + 2, afterIndicator && !map.IsSet);
                break;
            case ConfigValue.List { Items.Count: > 0 } list:
                // A list under a key is not indented.
                WriteList(list, afterIndicator ? indent + 2 : indent, afterIndicator);
                break;
            case ConfigValue.Map empty:
                Append(empty.IsSet ? " !!set {}" : " {}");
                break;
            case ConfigValue.List:
                Append(" []");
                break;
            case ConfigValue.Text { Value: var text }:
                WriteText(
                    text,
                    YamlResolver.NeedsQuotes(text),
                    YamlScalarForm.Of(text),
                    indent + 2,
                    fold: true,
                    leadingSpace: true
                );
                break;
            default:
                Append(" ");
                Append(Scalar(value));
                break;
        }
    }

    private void WriteText(string text, bool quoted, YamlScalarForm form, int indent, bool fold, bool leadingSpace)
    {
        if (leadingSpace)
        {
            Append(" ");
        }

        if (form.Plain && !quoted)
        {
            WriteRuns(text, indent, fold, quote: false);
        }
        else if (form.SingleQuoted && (fold || !form.Multiline))
        {
            Append("'");
            WriteRuns(text, indent, fold, quote: true);
            Append("'");
        }
        else
        {
            WriteDoubleQuoted(text, indent, fold);
        }
    }

    // Runs of spaces, of line breaks and of other characters; a single space behind the width becomes the end of a line.
    private void WriteRuns(string text, int indent, bool fold, bool quote)
    {
        int start = 0;
        while (start < text.Length)
        {
            char kind = Kind(text[start]);
            int end = start + 1;
            while (end < text.Length && Kind(text[end]) == kind)
            {
                end++;
            }

            string run = text[start..end];
            bool inside = start > 0 && end < text.Length;
            if (kind == ' ' && run.Length == 1 && fold && inside && _column > Width)
            {
                BeginLine(indent, inline: false);
            }
            else if (kind == '\n')
            {
                _text.Append('\n').Append(run);
                _column = 0;
                Append(new string(' ', indent));
            }
            else
            {
                Append(quote ? run.Replace("'", "''", StringComparison.Ordinal) : run);
            }

            start = end;
        }

        static char Kind(char c) => c is ' ' or '\n' ? c : 'x';
    }

    private void WriteDoubleQuoted(string text, int indent, bool fold)
    {
        int[] points = CodePoints(text);
        Append("\"");
        int start = 0;
        for (int end = 0; end <= points.Length; end++)
        {
            int? point = end < points.Length ? points[end] : null;
            if (point is null or '"' or '\\' or < ' ' or > '~')
            {
                AppendPoints(points, start, end);
                start = end;
                if (point is { } special)
                {
                    Append(Escape(special));
                    start = end + 1;
                }
            }

            if (
                fold
                && end > 0
                && end < points.Length - 1
                && (point == ' ' || start >= end)
                && _column + (end - start) > Width
            )
            {
                AppendPoints(points, start, end);
                start = Math.Max(start, end);
                Append("\\");
                BeginLine(indent, inline: false);
                if (points[start] == ' ')
                {
                    Append("\\");
                }
            }
        }

        Append("\"");
    }

    private void AppendPoints(int[] points, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            Append(((char)points[i]).ToString());
        }
    }

    private void BeginLine(int indent, bool inline)
    {
        if (!inline)
        {
            _text.Append('\n');
            _column = 0;
        }

        Append(new string(' ', indent - _column));
    }

    private void Append(string text)
    {
        _text.Append(text);
        _column += text.Length;
    }

    private static IEnumerable<KeyValuePair<ConfigValue, ConfigValue>> Sorted(ConfigValue.Map map) =>
        map.Entries.All(entry => entry.Key is ConfigValue.Text)
            ? map.Entries.OrderBy(entry => ((ConfigValue.Text)entry.Key).Value, CodePointOrder.Instance)
        : map.Entries.All(entry => entry.Key is ConfigValue.Integer)
            ? map.Entries.OrderBy(entry => ((ConfigValue.Integer)entry.Key).Value)
        : map.Entries; // Python cannot order keys of several kinds, and leaves them as they are.

    private static string Scalar(ConfigValue value)
    {
        if (value is not ConfigValue.Number { Value: var number })
        {
            return value.ToString();
        }

        string repr = PythonFloat.Repr(number);
        return repr switch
        {
            "nan" => ".nan",
            "inf" => ".inf",
            "-inf" => "-.inf",
            // YAML 1.1 wants a point in every float.
            _ when !repr.Contains('.', StringComparison.Ordinal) => repr.Replace("e", ".0e", StringComparison.Ordinal),
            _ => repr,
        };
    }

    private static int[] CodePoints(string text)
    {
        List<int> points = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            points.Add(pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            i += pair ? 1 : 0;
        }

        return [.. points];
    }

    private static string Escape(int point) =>
        point switch
        {
            0 => "\\0",
            7 => "\\a",
            8 => "\\b",
            9 => "\\t",
            10 => "\\n",
            11 => "\\v",
            12 => "\\f",
            13 => "\\r",
            27 => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            0x85 => "\\N",
            0xA0 => "\\_",
            0x2028 => "\\L",
            0x2029 => "\\P",
            <= 0xFF => "\\x" + point.ToString("X2", CultureInfo.InvariantCulture),
            <= 0xFFFF => "\\u" + point.ToString("X4", CultureInfo.InvariantCulture),
            _ => "\\U" + point.ToString("X8", CultureInfo.InvariantCulture),
        };
}
