// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gpt3_175b.</summary>
public static class Gpt3_175BRecipes
{
    /// <summary>Upstream's <c>gpt3_175b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gpt3_175BPretrain() => RecipeList.Get("gpt3_175b_pretrain");
}
