using System.Buffers;

namespace MegatronBridge.Hub;

/// <summary>A repository at a revision: <c>org/name</c> or <c>org/name@revision</c>.</summary>
public sealed record HubReference
{
    /// <summary>The revision that is meant when none is named.</summary>
    public const string MainRevision = "main";

    // What git forbids in names of references, and what is no part of a path.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" ~^:?*[\\");

    /// <summary>Names a repository at a revision.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">A branch, a tag, a commit of 40 hexadecimal digits, or <c>refs/pr/N</c>.</param>
    /// <exception cref="HubException">The revision is none.</exception>
    public HubReference(RepositoryId repository, string revision = MainRevision)
    {
        Repository = repository;
        Revision = IsRevision(revision)
            ? revision
            : throw new HubException(
                HubFault.BadReference,
                $"'{HubText.Of(revision)}' is no revision: give a branch, a tag, or a commit of 40 hexadecimal digits."
            );
    }

    /// <summary>The repository.</summary>
    public RepositoryId Repository { get; }

    /// <summary>Branch, tag or commit.</summary>
    public string Revision { get; }

    /// <summary>Reads a reference; its repository must have an organization.</summary>
    /// <returns>Null for a text that is none, for example a path.</returns>
    public static HubReference? TryParse(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string revision = at < 0 ? MainRevision : text[(at + 1)..];
        return
            RepositoryId.TryParse(at < 0 ? text : text[..at]) is { Organization: not null } repository
            && IsRevision(revision)
            ? new(repository, revision)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Repository}@{Revision}";

    /// <summary>True for a commit: 40 lower-case hexadecimal digits.</summary>
    internal static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);

    private static bool IsRevision(string text) =>
        text.Length is > 0 and <= 255
        && !text.AsSpan().ContainsAny(Forbidden)
        && !text.Any(char.IsControl)
        && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[^1] != '.')
        && !text.Contains("..", StringComparison.Ordinal);
}
