// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of yi.</summary>
public static class YiRecipes
{
    /// <summary>01-ai/Yi-1.5-6B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_6BPretrain() => RecipeList.Get("yi_1p5_6b_pretrain");

    /// <summary>01-ai/Yi-1.5-6B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_6BSft() => RecipeList.Get("yi_1p5_6b_sft");

    /// <summary>01-ai/Yi-1.5-6B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_6BPeft() => RecipeList.Get("yi_1p5_6b_peft");

    /// <summary>01-ai/Yi-1.5-9B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_9BPretrain() => RecipeList.Get("yi_1p5_9b_pretrain");

    /// <summary>01-ai/Yi-1.5-9B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_9BSft() => RecipeList.Get("yi_1p5_9b_sft");

    /// <summary>01-ai/Yi-1.5-9B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_9BPeft() => RecipeList.Get("yi_1p5_9b_peft");

    /// <summary>01-ai/Yi-1.5-34B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_34BPretrain() => RecipeList.Get("yi_1p5_34b_pretrain");

    /// <summary>01-ai/Yi-1.5-34B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_34BSft() => RecipeList.Get("yi_1p5_34b_sft");

    /// <summary>01-ai/Yi-1.5-34B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Yi1P5_34BPeft() => RecipeList.Get("yi_1p5_34b_peft");
}
