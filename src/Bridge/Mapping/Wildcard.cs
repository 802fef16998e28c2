using System.IO.Enumeration;

namespace MegatronBridge.Mapping;

/// <summary>Patterns as people write them: <c>*</c> stands for any text, <c>?</c> for any character.</summary>
internal static class Wildcard
{
    /// <summary>True when the whole of <paramref name="name"/> fits.</summary>
    public static bool IsMatch(string name, string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
