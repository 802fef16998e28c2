namespace MegatronBridge.Hub;

/// <summary>A model of the Hub on this machine.</summary>
public sealed record HubSnapshot
{
    /// <summary>What was asked for.</summary>
    public required HubReference Reference { get; init; }

    /// <summary>The commit that it is.</summary>
    public required string Commit { get; init; }

    /// <summary>Its folder in the cache, which can be opened like any Hugging Face model, and must not be changed.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes that had to be fetched.</summary>
    public long DownloadedBytes { get; init; }

    /// <summary>Why the Hub was not asked whether there is a newer commit, or null when it was, or need not be.</summary>
    public string? Notice { get; init; }
}
