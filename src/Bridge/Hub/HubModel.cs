namespace MegatronBridge.Hub;

/// <summary>A Hugging Face model that was named by a folder or by its name on the Hub, on this machine.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Id">What a checkpoint made of it says that it came from: the folder as it was given, or <c>org/name</c>.</param>
/// <param name="Snapshot">Where it came from, when it is one of the Hub.</param>
public sealed record HubModel(string Path, string Id, HubSnapshot? Snapshot = null)
{
    /// <summary>The revision that was asked for; null for the newest one, and for a folder.</summary>
    public string? Revision =>
        Snapshot?.Reference.Revision is { } revision && revision != HubReference.MainRevision ? revision : null;
}
