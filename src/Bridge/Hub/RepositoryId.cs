using System.Text.RegularExpressions;

namespace MegatronBridge.Hub;

/// <summary>Name of a model repository on the Hub: <c>org/name</c>, or <c>name</c> alone for the oldest ones.</summary>
public sealed partial record RepositoryId
{
    private const int Longest = 96;

    private RepositoryId(string? organization, string name)
    {
        Organization = organization;
        Name = name;
    }

    /// <summary>User or organization, or null.</summary>
    public string? Organization { get; }

    /// <summary>Name within the organization.</summary>
    public string Name { get; }

    /// <summary>Name of its folder in the cache.</summary>
    internal string FolderName => $"models--{ToString().Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>Reads a name.</summary>
    /// <exception cref="HubException">It breaks a rule of the Hub.</exception>
    public static RepositoryId Parse(string text) =>
        TryParse(text)
        ?? throw new HubException(
            HubFault.BadReference,
            $"'{HubText.Of(text)}' is no name of a repository: it must be org/name, of letters, digits, '-', '_' and '.', "
                + $"at most {Longest} characters, without '--', '..', or '-' and '.' at an end."
        );

    /// <summary>Reads a name, or returns null when it breaks a rule of the Hub.</summary>
    public static RepositoryId? TryParse(string text)
    {
        bool good =
            text.Length <= Longest
            && Form().IsMatch(text)
            && !text.Contains("--", StringComparison.Ordinal)
            && !text.Contains("..", StringComparison.Ordinal)
            && !text.EndsWith(".git", StringComparison.Ordinal);
        return !good ? null
            : text.Split('/') is [var organization, var name] ? new(organization, name)
            : new(null, text);
    }

    /// <inheritdoc/>
    public override string ToString() => Organization is null ? Name : $"{Organization}/{Name}";

    [GeneratedRegex(
        @"^([A-Za-z0-9]([\w.-]*[\w])?/)?[A-Za-z0-9_]([\w.-]*[\w])?\z",
        RegexOptions.ECMAScript,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Form();
}
