using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using MegatronBridge.Storage;

namespace MegatronBridge.Config;

/// <summary>JSON as Python's <c>json</c> module reads and writes it: <c>Infinity</c> and <c>NaN</c> are numbers there.</summary>
public static class PythonJson
{
    private const char Bare = '\uFDD0'; // not a character: tells the bare word NaN from the text "NaN"
    private const int MaxLength = 16 << 20;
    private const int MaxDepth = 64;
    private const int MaxNumberLength = 320;

    private static readonly string[] NonFiniteTexts = ["NaN", "-Infinity", "Infinity"];

    /// <summary>Reads a JSON object; <paramref name="path"/> is for messages.</summary>
    /// <remarks>
    /// The bare words <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> become texts with a character before them that no text has, and are
    /// written bare again.
    /// </remarks>
    /// <exception cref="BadFileException">
    /// It is no JSON object, is longer than 16 MiB, nests deeper than 64, or has a key twice.
    /// </exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        if (utf8.Length > MaxLength)
        {
            throw new BadFileException(
                path,
                $"{utf8.Length} bytes of JSON are more than the {MaxLength} that are read."
            );
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw new BadFileException(path, "the file is not UTF-8 text.");
        }

        try
        {
            JsonDocumentOptions options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(QuoteNonFinite(utf8), options);
            return Copy(document.RootElement) as JsonObject
                ?? throw new BadFileException(
                    path,
                    $"a JSON object is expected, found {document.RootElement.ValueKind}."
                );
        }
        catch (JsonException e)
        {
            throw new BadFileException(path, $"not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadFileException(path, $"a text has an escape that is no character: {e.Message}", e);
        }
    }

    /// <summary>
    /// The text that <c>json.dumps(value, indent=2, sort_keys=True)</c> gives, and a final newline, as transformers writes its files.
    /// </summary>
    /// <param name="node">The value.</param>
    /// <param name="sortKeys">False to leave keys in their order.</param>
    /// <param name="ensureAscii">False to write other characters as they are.</param>
    public static string Write(JsonNode? node, bool sortKeys = true, bool ensureAscii = true)
    {
        StringBuilder text = new();
        Append(text, node, 0, (sortKeys, ensureAscii));
        return text.Append('\n').ToString();
    }

    /// <summary>The number that a text of <see cref="Parse"/> stands for, or null for an ordinary text.</summary>
    internal static double? NonFinite(string text) =>
        text is not [Bare, .. string word] ? null
        : word is "NaN" ? double.NaN
        : word is "Infinity" ? double.PositiveInfinity
        : word is "-Infinity" ? double.NegativeInfinity
        : null;

    /// <summary>A number that is not finite, as <see cref="Parse"/> gives it.</summary>
    internal static JsonNode NonFiniteNode(double value) => JsonValue.Create(Bare + NonFiniteText(value));

    /// <summary>The bare word for a number that is not finite.</summary>
    private static string NonFiniteText(double value) =>
        double.IsNaN(value) ? "NaN"
        : value > 0 ? "Infinity"
        : "-Infinity";

    private static ReadOnlyMemory<byte> QuoteNonFinite(ReadOnlyMemory<byte> utf8)
    {
        ArrayBufferWriter<byte>? copy = null;
        ReadOnlySpan<byte> bytes = utf8.Span;
        int start = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '"')
            {
                i = EndOfText(bytes, i);
            }
            else if (bytes[i] is (byte)'N' or (byte)'I' or (byte)'-' && WordAt(bytes[i..]) is { } word)
            {
                copy ??= new();
                copy.Write(bytes[start..i]);
                copy.Write(Encoding.UTF8.GetBytes($"\"{Bare}{word}\""));
                start = i + word.Length;
                i = start - 1;
            }
        }

        if (copy is null)
        {
            return utf8;
        }

        copy.Write(bytes[start..]);
        return copy.WrittenMemory;
    }

    private static string? WordAt(ReadOnlySpan<byte> bytes)
    {
        foreach (string word in NonFiniteTexts)
        {
            if (bytes.Length >= word.Length && Ascii.Equals(bytes[..word.Length], word))
            {
                return word;
            }
        }

        return null;
    }

    private static int EndOfText(ReadOnlySpan<byte> bytes, int quote)
    {
        int i = quote + 1;
        while (i < bytes.Length && bytes[i] != '"')
        {
            i += bytes[i] == '\\' ? 2 : 1;
        }

        return i;
    }

    // Copies eagerly, so that what is wrong is found here and not at first use.
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return new JsonObject(
                    element.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Copy(entry.Value)))
                );
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Number when element.GetRawText().Length > MaxNumberLength:
                throw new JsonException($"a number has {element.GetRawText().Length} characters.");
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent, (bool SortKeys, bool Ascii) how)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                IEnumerable<KeyValuePair<string, JsonNode?>> entries = how.SortKeys
                    ? map.OrderBy(entry => entry.Key, CodePointOrder.Instance)
                    : map;
                AppendAll(
                    text,
                    "{}",
                    indent,
                    entries,
                    entry =>
                    {
                        AppendText(text, entry.Key, how.Ascii);
                        text.Append(": ");
                        Append(text, entry.Value, indent + 2, how);
                    }
                );
                break;
            case JsonArray { Count: > 0 } array:
                AppendAll(text, "[]", indent, array, item => Append(text, item, indent + 2, how));
                break;
            default:
                AppendScalar(text, node, how.Ascii);
                break;
        }
    }

    private static void AppendAll<T>(
        StringBuilder text,
        string brackets,
        int indent,
        IEnumerable<T> items,
        Action<T> append
    )
    {
        string separator = $"{brackets[0]}\n";
        foreach (T item in items)
        {
            text.Append(separator).Append(' ', indent + 2);
            append(item);
            separator = ",\n";
        }

        text.Append('\n').Append(' ', indent).Append(brackets[1]);
    }

    private static void AppendScalar(StringBuilder text, JsonNode? node, bool ascii)
    {
        switch (ConfigValue.FromJson(node))
        {
            case ConfigValue.Text scalar:
                AppendText(text, scalar.Value, ascii);
                break;
            case ConfigValue.Number { Value: var number } when !double.IsFinite(number):
                text.Append(NonFiniteText(number));
                break;
            case ConfigValue.List:
                text.Append("[]");
                break;
            case ConfigValue.Map:
                text.Append("{}");
                break;
            case var scalar:
                text.Append(scalar);
                break;
        }
    }

    private static void AppendText(StringBuilder text, string value, bool ascii)
    {
        text.Append('"');
        foreach (char c in value)
        {
            text.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\b' => "\\b",
                    '\f' => "\\f",
                    < ' ' or > '~' and not '\x7f' when ascii || c < ' ' => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }

        text.Append('"');
    }
}
