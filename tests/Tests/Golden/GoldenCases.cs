namespace MegatronBridge.Tests.Golden;

/// <summary>Every family and layout that there is a manifest of, for theories.</summary>
public static class GoldenCases
{
    public static IReadOnlyList<string> Families { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every layout of every family.</summary>
    public static TheoryData<string, string> All => Cases(_ => true);

    /// <summary>The whole model on one rank, of every family, and the layouts with a padded vocabulary: for what does not depend on the layout.</summary>
    public static TheoryData<string, string> Models =>
        Cases(layout => layout == "tp1pp1" || layout.Contains("pad", StringComparison.Ordinal));

    private static TheoryData<string, string> Cases(Func<string, bool> isWanted)
    {
        TheoryData<string, string> cases = [];
        foreach (string family in Families)
        {
            foreach (string layout in GoldenManifest.Load(family).Layouts.Where(isWanted))
            {
                cases.Add(family, layout);
            }
        }

        return cases;
    }
}
