// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of llama2.</summary>
public static class Llama2Recipes
{
    /// <summary>Upstream's <c>llama2_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama2_7BPretrain() => RecipeList.Get("llama2_7b_pretrain");

    /// <summary>meta-llama/Llama-2-7b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_7BSft() => RecipeList.Get("llama2_7b_sft");

    /// <summary>meta-llama/Llama-2-7b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_7BPeft() => RecipeList.Get("llama2_7b_peft");
}
