using System.Text.Json;
using MegatronBridge.Storage;

namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>A value of a tokenizer's JSON, with its place in the file for messages.</summary>
internal readonly struct JsonPart(JsonElement element, string file, string place)
{
    public JsonElement Element => element;
    public string File => file;
    public string Place => place;

    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;
    public bool IsText => element.ValueKind == JsonValueKind.String;
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>The value of a key; one that is null where the key is missing.</summary>
    public JsonPart this[string key] =>
        Expect(JsonValueKind.Object).Element.TryGetProperty(key, out JsonElement value)
            ? new JsonPart(value, file, Under(key))
            : new JsonPart(default, file, Under(key));

    /// <summary>The same, to be kept when the document is no longer there.</summary>
    public JsonPart Detached() => new(IsNull ? default : element.Clone(), file, place);

    public IEnumerable<JsonPart> Items()
    {
        int index = 0;
        foreach (JsonElement item in Expect(JsonValueKind.Array).Element.EnumerateArray())
        {
            yield return new JsonPart(item, file, $"{place}[{index++}]");
        }
    }

    /// <summary>The item of a place that the list has.</summary>
    public JsonPart ItemAt(int index) => new(element[index], file, $"{place}[{index}]");

    public string Text() => Expect(JsonValueKind.String).Element.GetString()!;

    public string? TextOrNull() => IsNull ? null : Text();

    public bool Flag(bool ifMissing = false) =>
        element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null or JsonValueKind.Undefined => ifMissing,
            _ => throw Fault("true or false is expected"),
        };

    /// <summary>A whole number from 0 on.</summary>
    public int Whole() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) && value >= 0
            ? value
            : throw Fault("a whole number from 0 to 2147483647 is expected");

    /// <summary>Exactly one character.</summary>
    public int Character()
    {
        string text = Text();
        if (text.Length > 0)
        {
            int code = Unicode.CodePoints.At(text, 0, out int width);
            if (width == text.Length)
            {
                return code;
            }
        }
        throw Fault("one character is expected");
    }

    public BadFileException Fault(string fault, Exception? inner = null)
    {
        string raw = IsNull ? "nothing" : element.GetRawText();
        return new BadFileException(
            file,
            $"{place}: {fault}, found {(raw.Length > 60 ? raw[..60] + "..." : raw)}.",
            inner
        );
    }

    private string Under(string key) => place.Length == 0 ? key : $"{place}.{key}";

    private JsonPart Expect(JsonValueKind kind) =>
        element.ValueKind == kind ? this : throw Fault($"a value of kind {kind} is expected");
}
