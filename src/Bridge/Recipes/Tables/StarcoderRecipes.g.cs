// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of starcoder.</summary>
public static class StarcoderRecipes
{
    /// <summary>bigcode/starcoder2-3b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_3BPretrain() => RecipeList.Get("starcoder2_3b_pretrain");

    /// <summary>bigcode/starcoder2-3b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_3BSft() => RecipeList.Get("starcoder2_3b_sft");

    /// <summary>bigcode/starcoder2-3b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_3BPeft() => RecipeList.Get("starcoder2_3b_peft");

    /// <summary>bigcode/starcoder2-7b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_7BPretrain() => RecipeList.Get("starcoder2_7b_pretrain");

    /// <summary>bigcode/starcoder2-7b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_7BSft() => RecipeList.Get("starcoder2_7b_sft");

    /// <summary>bigcode/starcoder2-7b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_7BPeft() => RecipeList.Get("starcoder2_7b_peft");

    /// <summary>bigcode/starcoder2-15b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_15BPretrain() => RecipeList.Get("starcoder2_15b_pretrain");

    /// <summary>bigcode/starcoder2-15b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_15BSft() => RecipeList.Get("starcoder2_15b_sft");

    /// <summary>bigcode/starcoder2-15b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Starcoder2_15BPeft() => RecipeList.Get("starcoder2_15b_peft");
}
