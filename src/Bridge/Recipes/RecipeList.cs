using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Recipes;

/// <summary>All recipes.</summary>
public static class RecipeList
{
    /// <summary>All recipes, table by table.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        .. new[]
        {
            DeepseekV2Recipes.All,
            DeepseekV3Recipes.All,
            Gemma2Recipes.All,
            Gemma3Recipes.All,
            Glm45Recipes.All,
            Gpt3_175BRecipes.All,
            GptOssRecipes.All,
            KimiK2Recipes.All,
            Llama2Recipes.All,
            Llama3Recipes.All,
            MoonlightRecipes.All,
            Nemotron3NanoRecipes.All,
            Nemotron3Nano4BRecipes.All,
            NemotronNanoV2Recipes.All,
            NemotronhRecipes.All,
            OlmoeRecipes.All,
            Qwen2Recipes.All,
            Qwen3Recipes.All,
            Qwen3MoeRecipes.All,
            Qwen3NextRecipes.All,
        }
            .SelectMany(table => table)
            .Select(make => make()),
    ];

    /// <summary>The names of the families that have recipes.</summary>
    public static IEnumerable<string> Families => All.Select(recipe => recipe.Family).Distinct();

    /// <summary>The recipe of that name, or null; <c>_config</c> at the end, as upstream's functions have it, does not matter.</summary>
    public static Recipe? Find(string name)
    {
        string bare = name.EndsWith("_config", StringComparison.Ordinal) ? name[..^"_config".Length] : name;
        return All.FirstOrDefault(recipe => recipe.Name == bare);
    }

    /// <summary>The name closest to a misspelt one.</summary>
    public static string Nearest(string name) => Spelling.Nearest(name, All.Select(recipe => recipe.Name))!;
}
