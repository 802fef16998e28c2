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

    /// <summary>tiiuae/Falcon3-1B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_1BPretrain() => RecipeList.Get("falcon3_1b_pretrain");

    /// <summary>tiiuae/Falcon3-1B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_1BSft() => RecipeList.Get("falcon3_1b_sft");

    /// <summary>tiiuae/Falcon3-1B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_1BPeft() => RecipeList.Get("falcon3_1b_peft");

    /// <summary>tiiuae/Falcon3-3B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_3BPretrain() => RecipeList.Get("falcon3_3b_pretrain");

    /// <summary>tiiuae/Falcon3-3B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_3BSft() => RecipeList.Get("falcon3_3b_sft");

    /// <summary>tiiuae/Falcon3-3B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_3BPeft() => RecipeList.Get("falcon3_3b_peft");

    /// <summary>tiiuae/Falcon3-7B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_7BPretrain() => RecipeList.Get("falcon3_7b_pretrain");

    /// <summary>tiiuae/Falcon3-7B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_7BSft() => RecipeList.Get("falcon3_7b_sft");

    /// <summary>tiiuae/Falcon3-7B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_7BPeft() => RecipeList.Get("falcon3_7b_peft");

    /// <summary>tiiuae/Falcon3-10B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_10BPretrain() => RecipeList.Get("falcon3_10b_pretrain");

    /// <summary>tiiuae/Falcon3-10B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_10BSft() => RecipeList.Get("falcon3_10b_sft");

    /// <summary>tiiuae/Falcon3-10B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Falcon3_10BPeft() => RecipeList.Get("falcon3_10b_peft");
}
