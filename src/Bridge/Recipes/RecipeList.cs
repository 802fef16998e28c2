using MegatronBridge.Recipes.Performance;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Recipes;

/// <summary>All recipes.</summary>
public static class RecipeList
{
    /// <summary>All recipes: upstream's, table by table, then those derived for models and modes that upstream has none for.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [.. RecipeTables.Upstream, .. RecipeTables.Derived];

    /// <summary>
    /// Upstream's performance recipes, table by table: short runs that measure throughput on a number of GPUs of a kind, in a precision.
    /// They have no functions: choose among them by <see cref="Recipe.Hardware"/>, or by name.
    /// </summary>
    public static IReadOnlyList<Recipe> Performance => PerformanceTables.All;

    private static readonly Dictionary<string, Recipe> ByName = new(
        All.SelectMany(recipe =>
            recipe.OtherNames.Prepend(recipe.Name).Select(name => KeyValuePair.Create(name, recipe))
        ),
        StringComparer.Ordinal
    );

    /// <summary>The names of the families that have recipes.</summary>
    public static IEnumerable<string> Families => All.Select(recipe => recipe.Family).Distinct();

    /// <summary>
    /// The recipe of that name, or null; <c>_config</c> at the end, as upstream's functions have it, does not matter. Of a name that upstream
    /// has twice, as <c>qwen3_30b_a3b_pretrain_16gpu_h100_bf16</c>, it is not the performance recipe.
    /// </summary>
    public static Recipe? Find(string name) => ByName.GetValueOrDefault(Bare(name)) ?? FindPerformance(name);

    /// <summary>The performance recipe of that name, or null.</summary>
    public static Recipe? FindPerformance(string name) => PerformanceTables.Find(Bare(name));

    /// <summary>The recipe of that name, which there is.</summary>
    internal static Recipe Get(string name) => ByName[name];

    /// <summary>The name closest to a misspelt one.</summary>
    public static string Nearest(string name) =>
        Spelling.Nearest(name, All.Concat(Performance).Select(recipe => recipe.Name))!;

    private static string Bare(string name) =>
        name.EndsWith("_config", StringComparison.Ordinal) ? name[..^"_config".Length] : name;
}
