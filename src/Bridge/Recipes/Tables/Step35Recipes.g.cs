// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of step35.</summary>
public static class Step35Recipes
{
    /// <summary>Upstream's <c>step35_196b_a11b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Step35_196BA11BPretrain() => RecipeList.Get("step35_196b_a11b_pretrain");
}
