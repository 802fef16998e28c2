// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of olmoe_7b.</summary>
public static class OlmoeRecipes
{
    /// <summary>Upstream's <c>olmoe_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Olmoe7BPeft() => RecipeList.Get("olmoe_7b_peft");

    /// <summary>Upstream's <c>olmoe_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Olmoe7BPretrain() => RecipeList.Get("olmoe_7b_pretrain");

    /// <summary>Upstream's <c>olmoe_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Olmoe7BSft() => RecipeList.Get("olmoe_7b_sft");
}
