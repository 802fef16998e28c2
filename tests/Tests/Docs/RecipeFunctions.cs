using System.Text;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs;

/// <summary>A class for each table of recipes with a function for each recipe, so that a program names them as upstream's do.</summary>
internal static class RecipeFunctions
{
    public const string Folder = "src/Bridge/Recipes/Tables";

    /// <summary>Path and text of every file.</summary>
    public static IEnumerable<(string Path, string Text)> Write() =>
        RecipeList
            .All.GroupBy(recipe => recipe.Family)
            .Select(family => ($"{Folder}/{ClassOf(family.Key)}.g.cs", Text(family.Key, [.. family])));

    /// <summary>The class of a table: <c>Llama3Recipes</c> of llama3.</summary>
    public static string ClassOf(string family) =>
        Pascal(family.Replace("_16b", "", StringComparison.Ordinal).Replace("_7b", "", StringComparison.Ordinal))
        + "Recipes";

    /// <summary>The function of a recipe: <c>Llama31_8BSft</c> of llama31_8b_sft.</summary>
    public static string Pascal(string name)
    {
        StringBuilder text = new();
        foreach (string part in name.Split('_'))
        {
            if (text.Length > 0 && char.IsDigit(text[^1]) && char.IsDigit(part[0]))
            {
                text.Append('_');
            }

            for (int i = 0; i < part.Length; i++)
            {
                bool isUpper = i == 0 || char.IsDigit(part[i - 1]);
                text.Append(isUpper ? char.ToUpperInvariant(part[i]) : part[i]);
            }
        }

        return text.ToString();
    }

    private static string Text(string family, IReadOnlyList<Recipe> recipes)
    {
        StringBuilder text = new();
        text.Append("// Written by eng/regenerate.sh after the recipes of the table.\n\n")
            .Append("namespace MegatronBridge.Recipes.Tables;\n\n")
            .Append($"/// <summary>The recipes of {family}.</summary>\n")
            .Append($"public static class {ClassOf(family)}\n{{\n");
        foreach ((int index, Recipe recipe) in recipes.Index())
        {
            text.Append(index > 0 ? "\n" : "")
                .Append($"    /// <summary>{Summary(recipe)}</summary>\n")
                .Append($"    public static Recipe {Pascal(recipe.Name)}() => RecipeList.Get(\"{recipe.Name}\");\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Summary(Recipe recipe)
    {
        string what = recipe.Mode switch
        {
            RecipeMode.Pretrain => "from the first token",
            RecipeMode.Sft => "all weights, on examples",
            _ => "adapters, on examples",
        };
        return recipe.IsUpstream
            ? $"Upstream's <c>{recipe.Name}_config</c>: {what}."
            : $"{recipe.Model.HfId}, {what}; derived, upstream has no such recipe.";
    }
}
