namespace MegatronBridge.Tests.Docs;

public sealed class FamilyPageTests
{
    private static readonly (string Path, string Text)[] Pages = [.. FamilyPage.All()];

    [Fact]
    public void The_pages_are_up_to_date_or_else_run_regenerate_in_eng()
    {
        foreach ((string path, string text) in Pages)
        {
            Regenerated.AssertSame(path, text);
        }
    }

    [Fact]
    public void There_are_no_other_pages()
    {
        IEnumerable<string> files = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs", "models"))
            .Select(path => $"docs/models/{Path.GetFileName(path)}");
        Assert.Equal(
            Pages.Select(page => page.Path).Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal)
        );
    }
}
