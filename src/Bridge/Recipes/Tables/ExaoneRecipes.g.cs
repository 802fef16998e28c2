// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of exaone.</summary>
public static class ExaoneRecipes
{
    /// <summary>LGAI-EXAONE/EXAONE-4.0-32B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Exaone4P0_32BPretrain() => RecipeList.Get("exaone_4p0_32b_pretrain");

    /// <summary>LGAI-EXAONE/EXAONE-4.0-32B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Exaone4P0_32BSft() => RecipeList.Get("exaone_4p0_32b_sft");

    /// <summary>LGAI-EXAONE/EXAONE-4.0-32B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Exaone4P0_32BPeft() => RecipeList.Get("exaone_4p0_32b_peft");
}
