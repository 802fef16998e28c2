namespace MegatronBridge.Hub;

/// <summary>What a push would do.</summary>
public sealed record PushPlan
{
    /// <summary>Where people see the repository, or will.</summary>
    public required Uri Page { get; init; }

    /// <summary>True when the repository would be made.</summary>
    public required bool IsNewRepository { get; init; }

    /// <summary>True when the branch would be made.</summary>
    public required bool IsNewBranch { get; init; }

    /// <summary>Paths of the files that the commit would add or change, and their sizes in bytes.</summary>
    public required IReadOnlyList<KeyValuePair<string, long>> Changed { get; init; }

    /// <summary>Paths of the files that are there already.</summary>
    public required IReadOnlyList<string> Unchanged { get; init; }

    /// <summary>Paths of the files that the repository's <c>.gitignore</c> keeps out.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }
}
