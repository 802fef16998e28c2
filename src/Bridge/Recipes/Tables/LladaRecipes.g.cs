// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of llada.</summary>
public static class LladaRecipes
{
    /// <summary>GSAI-ML/LLaDA-8B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Llada8BPretrain() => RecipeList.Get("llada_8b_pretrain");

    /// <summary>GSAI-ML/LLaDA-8B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llada8BSft() => RecipeList.Get("llada_8b_sft");

    /// <summary>GSAI-ML/LLaDA-8B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llada8BPeft() => RecipeList.Get("llada_8b_peft");
}
