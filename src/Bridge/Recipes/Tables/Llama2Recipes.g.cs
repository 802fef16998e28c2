// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of llama2.</summary>
public static class Llama2Recipes
{
    /// <summary>Upstream's <c>llama2_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama2_7BPretrain() => RecipeList.Get("llama2_7b_pretrain");
}
