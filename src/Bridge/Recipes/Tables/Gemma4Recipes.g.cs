// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma4.</summary>
public static class Gemma4Recipes
{
    /// <summary>Upstream's <c>gemma4_e4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma4E4BPretrain() => RecipeList.Get("gemma4_e4b_pretrain");

    /// <summary>google/gemma-4-E4B-it, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4E4BSft() => RecipeList.Get("gemma4_e4b_sft");

    /// <summary>google/gemma-4-E4B-it, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4E4BPeft() => RecipeList.Get("gemma4_e4b_peft");
}
