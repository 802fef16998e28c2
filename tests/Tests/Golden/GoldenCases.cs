namespace MegatronBridge.Tests.Golden;

/// <summary>Every family and layout that there is a manifest of, for theories.</summary>
public static class GoldenCases
{
    public static IReadOnlyList<string> Families { get; } = In("golden");

    /// <summary>Models with towers of released size, too large to be made whole in a test.</summary>
    public static IReadOnlyList<string> Towers { get; } = In("golden-towers");

    /// <summary>Every layout of every family.</summary>
    public static TheoryData<string, string> All => Cases(Families, _ => true);

    /// <summary>Every layout of the models with large towers.</summary>
    public static TheoryData<string, string> TowerLayouts => Cases(Towers, _ => true);

    /// <summary>The whole model on one rank, of every family, and the layouts with a padded vocabulary: for what does not depend on the layout.</summary>
    public static TheoryData<string, string> Models =>
        Cases(Families, layout => layout == "tp1pp1" || layout.Contains("pad", StringComparison.Ordinal));

    private static IReadOnlyList<string> In(string folder) =>
        [
            .. Directory
                .GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", folder), "*.json")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal),
        ];

    private static TheoryData<string, string> Cases(IEnumerable<string> families, Func<string, bool> isWanted)
    {
        TheoryData<string, string> cases = [];
        foreach (string family in families)
        {
            foreach (string layout in GoldenManifest.Load(family).Layouts.Where(isWanted))
            {
                cases.Add(family, layout);
            }
        }

        return cases;
    }
}
