// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma3.</summary>
public static class Gemma3Recipes
{
    /// <summary>Upstream's <c>gemma3_1b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma3_1BPeft() => RecipeList.Get("gemma3_1b_peft");

    /// <summary>Upstream's <c>gemma3_1b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma3_1BPretrain() => RecipeList.Get("gemma3_1b_pretrain");

    /// <summary>Upstream's <c>gemma3_1b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma3_1BSft() => RecipeList.Get("gemma3_1b_sft");
}
