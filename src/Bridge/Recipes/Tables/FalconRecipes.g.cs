// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of falcon.</summary>
public static class FalconRecipes
{
    /// <summary>tiiuae/Falcon-H1-0.5B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe FalconH1_0P5BPretrain() => RecipeList.Get("falcon_h1_0p5b_pretrain");

    /// <summary>tiiuae/Falcon-H1-0.5B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe FalconH1_0P5BSft() => RecipeList.Get("falcon_h1_0p5b_sft");

    /// <summary>tiiuae/Falcon-H1-0.5B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe FalconH1_0P5BPeft() => RecipeList.Get("falcon_h1_0p5b_peft");
}
