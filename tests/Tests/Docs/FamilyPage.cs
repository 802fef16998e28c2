using System.Text.RegularExpressions;
using MegatronBridge.Families;

namespace MegatronBridge.Tests.Docs;

/// <summary>Writes the page of a family in docs/models.</summary>
internal static class FamilyPage
{
    /// <summary>The name of the page of a family: that of its class, in words.</summary>
    public static string NameOf(Family family) =>
        Regex
            .Replace(
                FamilyComment.All.Single(entry => entry.Family == family).Comment.Class,
                "(?<=[a-z0-9])[A-Z]",
                letter => $"-{letter.Value}"
            )
            .ToLowerInvariant();
}
