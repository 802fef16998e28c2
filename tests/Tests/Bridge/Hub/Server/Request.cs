using System.Text.Json;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>What a client asked a <see cref="TestServer"/>.</summary>
internal sealed record Request(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The path, with its escapes undone.</summary>
    public string Path => Uri.UnescapeDataString(Target.Split('?')[0]);

    /// <summary>What follows the question mark.</summary>
    public string Query => Target.Contains('?') ? Target[(Target.IndexOf('?') + 1)..] : "";

    public string? Authorization => Headers.GetValueOrDefault("authorization");

    public string? Range => Headers.GetValueOrDefault("range");

    public JsonElement Json => JsonElement.Parse(Body);

    public override string ToString() => $"{Method} {Path}";
}
