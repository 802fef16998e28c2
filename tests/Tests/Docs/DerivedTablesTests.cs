namespace MegatronBridge.Tests.Docs;

public sealed class DerivedTablesTests
{
    [Fact]
    public void The_tables_are_what_the_rule_makes_or_else_run_regenerate_in_eng()
    {
        IReadOnlyList<(string Path, string Text)> files = DerivedTables.Write();

        Assert.All(files, file => Regenerated.AssertSame(file.Path, file.Text));
        Assert.Equal(
            files.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal),
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, DerivedTables.Folder))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );
    }
}
