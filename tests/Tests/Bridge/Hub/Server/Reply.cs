using System.Text;
using System.Text.Json.Nodes;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>What a <see cref="TestServer"/> answers.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Closes the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Sends the body again and again, without telling a length.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Sends nothing, and keeps the connection.</summary>
    public bool IsSilent { get; init; }

    public static Reply Of(JsonNode json, int status = 200) => Text(json.ToJsonString(), "application/json", status);

    public static Reply Text(string text, string type, int status = 200) =>
        new(status, Encoding.UTF8.GetBytes(text)) { Headers = { ["Content-Type"] = type } };

    public static Reply Error(int status, string code, string message = "") =>
        Of(new JsonObject { ["error"] = message }, status) with
        {
            Headers = new(StringComparer.OrdinalIgnoreCase)
            {
                ["Content-Type"] = "application/json",
                ["X-Error-Code"] = code,
                ["X-Error-Message"] = message,
            },
        };

    public static Reply Redirect(string location, int status = 302) =>
        new(status, []) { Headers = { ["Location"] = location } };

    /// <summary>A file, or the part of it that the request asks for.</summary>
    public static Reply File(byte[] bytes, string? range)
    {
        if (range is null)
        {
            return new(200, bytes) { Headers = { ["Accept-Ranges"] = "bytes" } };
        }

        string[] bounds = range["bytes=".Length..].Split('-');
        int from = int.Parse(bounds[0]);
        int to = bounds[1].Length > 0 ? int.Parse(bounds[1]) : bytes.Length - 1;
        return from >= bytes.Length
            ? new(416, []) { Headers = { ["Content-Range"] = $"bytes */{bytes.Length}" } }
            : new(206, bytes[from..(to + 1)]) { Headers = { ["Content-Range"] = $"bytes {from}-{to}/{bytes.Length}" } };
    }
}
