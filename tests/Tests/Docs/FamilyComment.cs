using System.Text.RegularExpressions;
using MegatronBridge.Families;

namespace MegatronBridge.Tests.Docs;

/// <summary>What the doc comments in a family's file say.</summary>
/// <param name="Class">The class, which its file is named after.</param>
/// <param name="Text">What the family is.</param>
/// <param name="Limits">The remarks of the class, or an empty text.</param>
internal sealed partial record FamilyComment(string Class, string Text, string Limits)
{
    private const string Comment =
        @"/// <summary>((?:(?!</summary>).)*)</summary>(?:\s*/// <remarks>((?:(?!</remarks>).)*)</remarks>)?";

    /// <summary>Every family with its comment, in the order of the list.</summary>
    public static IReadOnlyList<(Family Family, FamilyComment Comment)> All { get; } =
    [
        .. FamilyList.All.Zip(
            Lines()
                .Matches(Repository.Read("src/Bridge/Families/FamilyList.cs"))
                .Select(line => Read(line.Groups[1].Value, line.Groups[2].Value))
        ),
    ];

    private static FamilyComment Read(string @class, string property)
    {
        string source = Repository.Read($"src/Bridge/Families/{@class}.cs");
        Match own = Regex.Match(source, Comment + $@"\s*public static Family {property} ", RegexOptions.Singleline);
        Match whole = Regex.Match(
            source,
            Comment + @"\s*(?:public|internal) static (?:partial )?class ",
            RegexOptions.Singleline
        );
        string words = Sentence(own.Groups[1].Value);
        return new(
            @class,
            words is "" or "The family." ? Sentence(whole.Groups[1].Value) : words,
            Sentence(whole.Groups[2].Value)
        );
    }

    /// <summary>A doc comment as text: one line, code in backticks.</summary>
    private static string Sentence(string comment)
    {
        string text = Regex.Replace(comment, @"\s*///\s*", " ");
        text = Regex.Replace(text, "<c>(.*?)</c>", "`$1`");
        text = Regex.Replace(text, "<see cref=\"(?:[A-Za-z]+\\.)*([A-Za-z0-9]+)\"/>", "$1");
        text = text.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&amp;", "&");
        return Regex.Replace(text, @"\s+", " ").Trim();
    }

    [GeneratedRegex(@"^        ([A-Z]\w*)\.([A-Z]\w*),", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
