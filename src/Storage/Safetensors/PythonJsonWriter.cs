using System.Text;
using System.Text.Json;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>JSON as Python's <c>json.dumps</c> with an indentation spells it; numbers keep the spelling that they have.</summary>
internal sealed class PythonJsonWriter(StringBuilder json, int indent, bool sortKeys)
{
    public void AppendMap<T>(IEnumerable<KeyValuePair<string, T>> map, int depth, Action<T, int> appendValue)
    {
        IEnumerable<KeyValuePair<string, T>> entries = sortKeys
            ? map.OrderBy(entry => Encoding.UTF8.GetBytes(entry.Key), Utf8Order.Instance)
            : map;
        AppendAll(
            "{}",
            entries,
            depth,
            entry =>
            {
                json.AppendPythonText(entry.Key).Append(": ");
                appendValue(entry.Value, depth + 1);
            }
        );
    }

    public void Append(string text, int depth) => json.AppendPythonText(text);

    public void Append(JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendMap(value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value)), depth, Append);
                break;
            case JsonValueKind.Array:
                AppendAll("[]", value.EnumerateArray(), depth, item => Append(item, depth + 1));
                break;
            case JsonValueKind.String:
                json.AppendPythonText(value.GetString()!);
                break;
            default:
                json.Append(value.GetRawText());
                break;
        }
    }

    private void AppendAll<T>(string brackets, IEnumerable<T> items, int depth, Action<T> append)
    {
        json.Append(brackets[0]);
        string separator = "\n";
        foreach (T item in items)
        {
            json.Append(separator).Append(' ', indent * (depth + 1));
            append(item);
            separator = ",\n";
        }

        if (separator != "\n")
        {
            json.Append('\n').Append(' ', indent * depth);
        }

        json.Append(brackets[1]);
    }
}
