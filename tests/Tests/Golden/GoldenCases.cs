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

    public static TheoryData<string, string> All
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string family in Families)
            {
                foreach (string layout in GoldenManifest.Load(family).Layouts)
                {
                    cases.Add(family, layout);
                }
            }

            return cases;
        }
    }
}
