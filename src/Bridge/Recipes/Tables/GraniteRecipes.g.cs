// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of granite.</summary>
public static class GraniteRecipes
{
    /// <summary>ibm-granite/granite-3.3-2b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BPretrain() => RecipeList.Get("granite_3p3_2b_pretrain");

    /// <summary>ibm-granite/granite-3.3-2b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BSft() => RecipeList.Get("granite_3p3_2b_sft");

    /// <summary>ibm-granite/granite-3.3-2b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BPeft() => RecipeList.Get("granite_3p3_2b_peft");

    /// <summary>ibm-granite/granite-3.3-8b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BPretrain() => RecipeList.Get("granite_3p3_8b_pretrain");

    /// <summary>ibm-granite/granite-3.3-8b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BSft() => RecipeList.Get("granite_3p3_8b_sft");

    /// <summary>ibm-granite/granite-3.3-8b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BPeft() => RecipeList.Get("granite_3p3_8b_peft");
}
