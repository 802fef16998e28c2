// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of step35.</summary>
public static class Step35Recipes
{
    /// <summary>Upstream's <c>step35_196b_a11b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Step35_196BA11BPretrain() => RecipeList.Get("step35_196b_a11b_pretrain");

    /// <summary>stepfun-ai/Step-3.5-Flash, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Step35_196BA11BSft() => RecipeList.Get("step35_196b_a11b_sft");

    /// <summary>stepfun-ai/Step-3.5-Flash, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Step35_196BA11BPeft() => RecipeList.Get("step35_196b_a11b_peft");
}
