using System.Text;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>Texts in JSON to the byte as the two libraries write them whose files we write.</summary>
internal static class JsonText
{
    /// <summary>As Rust's <c>serde_json</c>: only what must be escaped is.</summary>
    public static StringBuilder AppendRustText(this StringBuilder json, string text) =>
        json.AppendText(text, c => c < ' ');

    /// <summary>As Python's <c>json</c>: everything outside printable ASCII is escaped.</summary>
    public static StringBuilder AppendPythonText(this StringBuilder json, string text) =>
        json.AppendText(text, c => c is < ' ' or > '~');

    private static StringBuilder AppendText(this StringBuilder json, string text, Func<char, bool> mustEscape)
    {
        json.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                _ when mustEscape(c) => json.Append($"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }
}
