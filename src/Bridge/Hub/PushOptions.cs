namespace MegatronBridge.Hub;

/// <summary>How a folder becomes a commit on the Hub.</summary>
public sealed record PushOptions
{
    /// <summary>True or false for a repository that only its owner, or everybody, may read; null as the account has it. Counts when it is made; where true is asked for, one that everybody may read is refused.</summary>
    public bool? IsPrivate { get; init; }

    /// <summary>First line of the commit's message.</summary>
    public string Message { get; init; } = "Upload model";

    /// <summary>Rest of the commit's message.</summary>
    public string Description { get; init; } = "";

    /// <summary>Branch that gets the commit; it is made when it is not there.</summary>
    public string Revision { get; init; } = HubReference.MainRevision;
}
