using System.Text;
using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Values as Python's <c>json.dumps</c> writes them.</summary>
internal sealed class JsonText(
    Budget budget,
    bool ascii,
    string? indent,
    string itemSeparator,
    string keySeparator,
    bool sortKeys
)
{
    private const int MaxDepth = 100;
    private readonly StringBuilder _text = new();

    public string Write(object? value)
    {
        Append(value, 0);
        return budget.Made(_text.ToString());
    }

    private void Append(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new JinjaException($"a value nests deeper than {MaxDepth}");
        }
        budget.Step();
        switch (value)
        {
            case null:
                _text.Append("null");
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case long number:
                _text.Append(number);
                break;
            case double number:
                _text.Append(Real(number));
                break;
            case string own:
                AppendText(own);
                break;
            case List<object?> or JinjaTuple:
                AppendAll("[]", Values.Items(value), item => Append(item, depth + 1), depth);
                break;
            case JinjaMap map:
                IEnumerable<(object? Key, object? Value)> entries = map.Entries;
                if (sortKeys)
                {
                    entries = entries.Order(
                        Comparer<(object? Key, object? Value)>.Create((a, b) => Values.Compare(a.Key, b.Key, budget))
                    );
                }
                AppendAll(
                    "{}",
                    [.. entries],
                    entry =>
                    {
                        AppendText(Key(entry.Key));
                        _text.Append(keySeparator);
                        Append(entry.Value, depth + 1);
                    },
                    depth
                );
                break;
            default:
                throw new JinjaException($"a {Values.KindOf(value)} has no JSON");
        }
    }

    private void AppendAll<T>(string brackets, List<T> items, Action<T> append, int depth)
    {
        _text.Append(brackets[0]);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i > 0 ? itemSeparator : "");
            NewLine(depth + 1);
            append(items[i]);
        }
        if (items.Count > 0)
        {
            NewLine(depth);
        }
        _text.Append(brackets[1]);
    }

    private void NewLine(int depth)
    {
        if (indent is null)
        {
            return;
        }
        budget.Make((long)indent.Length * depth);
        _text.Append('\n');
        for (int i = 0; i < depth; i++)
        {
            _text.Append(indent);
        }
    }

    private string Key(object? key) =>
        key switch
        {
            string text => text,
            null => "null",
            bool flag => flag ? "true" : "false",
            double real => Real(real),
            _ => PythonText.Str(key, budget),
        };

    private static string Real(double number) =>
        double.IsNaN(number) ? "NaN"
        : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity")
        : PythonFloat.Repr(number);

    private void AppendText(string text)
    {
        budget.Make(text.Length);
        _text.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                _ when c < ' ' || (ascii && c > '~' && c != '\x7f') => _text.Append($"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }
        _text.Append('"');
    }
}
