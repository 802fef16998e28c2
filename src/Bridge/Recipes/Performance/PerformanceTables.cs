using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Recipes.Performance;

/// <summary>
/// Upstream's performance recipes. A base takes a recipe of the library (<c>like</c>) and says what benchmarks of that model share; a recipe
/// names a base or another recipe, and says what its GPUs, their number and the precision need otherwise. docs/recipes.md tells the notation.
/// </summary>
internal static class PerformanceTables
{
    private static readonly Dictionary<string, string> Bases = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> Parents = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, Recipe> Roots = new(StringComparer.Ordinal);

    /// <summary>All of them, table by table.</summary>
    public static IReadOnlyList<Recipe> All { get; } = Read();

    private static readonly Dictionary<string, Recipe> ByName = All.ToDictionary(recipe => recipe.Name);

    /// <summary>The recipe of that name, or null.</summary>
    public static Recipe? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The settings that a base or a recipe stands for, or null.</summary>
    public static string? Base(string name) => Bases.GetValueOrDefault(name);

    private static IReadOnlyList<Recipe> Read()
    {
        Dictionary<string, Recipe> library = RecipeTables.Upstream.ToDictionary(recipe => recipe.Name);
        List<string> names = [];
        foreach ((_, string head, List<string> lines) in RecipeTables.Blocks("PerformanceRecipes/"))
        {
            switch (head.Split(' '))
            {
                case ["base", var name, "like", var used]:
                    Roots[name] = RecipeTables.Said(lines, "of") is { } id
                        ? library[used] with
                        {
                            Model = PublishedModels.Find(id)!,
                        }
                        : library[used];
                    Bases[name] = $"{library[used].Settings}\n{RecipeTables.Settings(lines)}";
                    break;
                case ["recipe", var name, ":", var parent]:
                    names.Add(name);
                    Parents[name] = parent;
                    Bases[name] = $"use: {parent}\n{RecipeTables.Settings(lines)}";
                    break;
                case [_, var name]:
                    Bases[name] = RecipeTables.Settings(lines);
                    break;
            }
        }

        return [.. names.Select(Of)];
    }

    private static Recipe Of(string name)
    {
        string above = name;
        while (Parents.TryGetValue(above, out string? parent))
        {
            above = parent;
        }

        Recipe root = Roots[above];
        return new(root.Mode, name, root.Model, $"use: {name}")
        {
            Family = root.Family,
            Kind = RecipeKind.Performance,
            Hardware = RecipeHardware.Of(name),
        };
    }
}
