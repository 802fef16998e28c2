using MegatronBridge.Families;

namespace MegatronBridge.Tests.Docs;

public sealed class ModelsPageTests
{
    [Fact]
    public void The_page_is_up_to_date_or_else_run_regenerate_in_eng() =>
        Regenerated.AssertSame("docs/models.md", ModelsPage.Write());

    [Fact]
    public void Every_family_has_a_line_with_words()
    {
        string[] lines = ModelsPage.Write().Split('\n');
        Assert.Equal(
            FamilyList.All.Count,
            lines.Count(line => line.StartsWith("- **", StringComparison.Ordinal) && line.Length > 40)
        );
        Assert.All(
            FamilyList.All,
            family => Assert.Contains(lines, line => line.Contains($"| {family.Architecture} | {family.ModelType} |"))
        );
    }
}
