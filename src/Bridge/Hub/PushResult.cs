namespace MegatronBridge.Hub;

/// <summary>What a push has done.</summary>
public sealed record PushResult
{
    /// <summary>The commit that has the folder now; an older one when nothing was new.</summary>
    public required string Commit { get; init; }

    /// <summary>Where people see the repository.</summary>
    public required Uri Page { get; init; }

    /// <summary>Paths of the files that the commit adds or changes.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>Paths of the files that were there already.</summary>
    public required IReadOnlyList<string> Unchanged { get; init; }

    /// <summary>Paths of the files that the repository's <c>.gitignore</c> keeps out.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Bytes of large files that were sent; those that the Hub knew from elsewhere are not among them.</summary>
    public required long UploadedBytes { get; init; }
}
