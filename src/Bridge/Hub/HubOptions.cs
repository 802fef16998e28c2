namespace MegatronBridge.Hub;

/// <summary>Where the Hub and its cache are, and how to talk to it.</summary>
public sealed record HubOptions
{
    /// <summary>The Hub that everybody means.</summary>
    public static readonly Uri PublicEndpoint = new("https://huggingface.co");

    /// <summary>Address of the Hub; the token goes to this host only.</summary>
    public Uri Endpoint { get; init; } = PublicEndpoint;

    /// <summary>Folder of the cache that all clients of the Hub share: <c>models--org--name</c> and so on lie in it.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The user's token, or null.</summary>
    public HubToken? Token { get; init; }

    /// <summary>True to use the cache only, without any network.</summary>
    public bool Offline { get; init; }

    /// <summary>True to put files instead of links into the cache's snapshots.</summary>
    public bool WithoutLinks { get; init; } = OperatingSystem.IsWindows();

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for the answer to a question.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for the next bytes of a file.</summary>
    public TimeSpan DownloadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Files that are on their way at the same time.</summary>
    public int ParallelFiles { get; init; } = 4;

    /// <summary>Wait before the first of several tries again; it doubles each time.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The settings that <c>huggingface_hub</c> takes from the environment, and the token it has stored.</summary>
    /// <exception cref="HubException">A variable has a value that it cannot have.</exception>
    public static HubOptions FromEnvironment() => FromEnvironment(Environment.GetEnvironmentVariable);

    /// <summary>The same with another environment.</summary>
    public static HubOptions FromEnvironment(Func<string, string?> variable) => new HubEnvironment(variable).Options();
}
