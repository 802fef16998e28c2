// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of smollm.</summary>
public static class SmollmRecipes
{
    /// <summary>HuggingFaceTB/SmolLM3-3B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm3_3BPretrain() => RecipeList.Get("smollm3_3b_pretrain");

    /// <summary>HuggingFaceTB/SmolLM3-3B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm3_3BSft() => RecipeList.Get("smollm3_3b_sft");

    /// <summary>HuggingFaceTB/SmolLM3-3B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm3_3BPeft() => RecipeList.Get("smollm3_3b_peft");
}
