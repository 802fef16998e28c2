using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Recipes;

/// <summary>All recipes.</summary>
public static class RecipeList
{
    /// <summary>All recipes: upstream's, table by table, then those derived for models and modes that upstream has none for.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [.. RecipeTables.Upstream, .. RecipeTables.Derived];

    private static readonly Dictionary<string, Recipe> ByName = new(
        All.SelectMany(recipe =>
            recipe.OtherNames.Prepend(recipe.Name).Select(name => KeyValuePair.Create(name, recipe))
        ),
        StringComparer.Ordinal
    );

    /// <summary>The names of the families that have recipes.</summary>
    public static IEnumerable<string> Families => All.Select(recipe => recipe.Family).Distinct();

    /// <summary>The recipe of that name, or null; <c>_config</c> at the end, as upstream's functions have it, does not matter.</summary>
    public static Recipe? Find(string name)
    {
        string bare = name.EndsWith("_config", StringComparison.Ordinal) ? name[..^"_config".Length] : name;
        return ByName.GetValueOrDefault(bare);
    }

    /// <summary>The recipe of that name, which there is.</summary>
    internal static Recipe Get(string name) => ByName[name];

    /// <summary>The name closest to a misspelt one.</summary>
    public static string Nearest(string name) => Spelling.Nearest(name, All.Select(recipe => recipe.Name))!;
}
