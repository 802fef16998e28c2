// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of flux.</summary>
public static class FluxRecipes
{
    /// <summary>Upstream's <c>flux_12b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Flux12BPretrain() => RecipeList.Get("flux_12b_pretrain");

    /// <summary>Upstream's <c>flux_12b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Flux12BSft() => RecipeList.Get("flux_12b_sft");
}
