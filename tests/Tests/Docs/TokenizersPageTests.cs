using System.Text.RegularExpressions;
using MegatronBridge.Cpu.Chat.Jinja;

namespace MegatronBridge.Tests.Docs;

public sealed class TokenizersPageTests
{
    private static readonly string[] SecondNames = ["d", "e", "equalto", "==", "lessthan", "greaterthan"];

    [Fact]
    public void The_page_lists_the_filters_and_tests_that_there_are()
    {
        string page = Repository.Read("docs/tokenizers.md");
        Assert.Equal(Filters.Names.Except(SecondNames).Order(), Row(page, "filters").Order());
        Assert.Equal(MegatronBridge.Cpu.Chat.Jinja.Tests.Names.Except(SecondNames).Order(), Row(page, "tests").Order());
    }

    private static string[] Row(string page, string name) =>
        Regex.Match(page, $@"^\| {name} \| (.*) \|$", RegexOptions.Multiline).Groups[1].Value.Split(", ");
}
