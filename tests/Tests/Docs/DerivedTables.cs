using MegatronBridge.Recipes.Derived;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Tests.Docs;

/// <summary>The tables of derived recipes, made anew by their rule.</summary>
internal static class DerivedTables
{
    public const string Folder = "src/Bridge/Recipes/Derived/Tables";

    private const string Head = "# Written by eng/regenerate.sh after the rule for derived recipes.\n";

    /// <summary>Path and text of every file.</summary>
    public static IReadOnlyList<(string Path, string Text)> Write() =>
        [
            .. DerivedRecipes
                .Beside(RecipeTables.Upstream)
                .AsParallel()
                .AsOrdered()
                .Select(recipe => (recipe.Family, Text: recipe.ToText()))
                .AsEnumerable()
                .GroupBy(recipe => recipe.Family, recipe => recipe.Text)
                .Select(family => ($"{Folder}/{family.Key}.recipes", string.Join('\n', family.Prepend(Head)))),
        ];
}
