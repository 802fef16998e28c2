using System.Net.Http.Headers;
using System.Text.Json;

namespace MegatronBridge.Hub;

/// <summary>JSON in requests and answers.</summary>
internal static class HubJson
{
    /// <summary>A body with one JSON object.</summary>
    public static HttpContent Content(Action<Utf8JsonWriter> writeMembers, string type = "application/json")
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return new ByteArrayContent(bytes.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
    }

    /// <summary>A member that is an object, or null.</summary>
    public static JsonElement? Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : null;

    /// <summary>The entries of a member that is a list, or null.</summary>
    public static IEnumerable<JsonElement>? Array(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : null;
}
