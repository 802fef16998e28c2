// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma.</summary>
public static class GemmaRecipes
{
    /// <summary>google/gemma-2b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma2BPretrain() => RecipeList.Get("gemma_2b_pretrain");

    /// <summary>google/gemma-2b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma2BSft() => RecipeList.Get("gemma_2b_sft");

    /// <summary>google/gemma-2b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma2BPeft() => RecipeList.Get("gemma_2b_peft");

    /// <summary>google/gemma-7b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma7BPretrain() => RecipeList.Get("gemma_7b_pretrain");

    /// <summary>google/gemma-7b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma7BSft() => RecipeList.Get("gemma_7b_sft");

    /// <summary>google/gemma-7b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma7BPeft() => RecipeList.Get("gemma_7b_peft");

    /// <summary>google/gemma-3-270m, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3_270MPretrain() => RecipeList.Get("gemma_3_270m_pretrain");

    /// <summary>google/gemma-3-270m, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3_270MSft() => RecipeList.Get("gemma_3_270m_sft");

    /// <summary>google/gemma-3-270m, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3_270MPeft() => RecipeList.Get("gemma_3_270m_peft");

    /// <summary>google/gemma-4-31B-it, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4_31BPretrainMock() => RecipeList.Get("gemma_4_31b_pretrain_mock");

    /// <summary>google/gemma-4-31B-it, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4_31BSft() => RecipeList.Get("gemma_4_31b_sft");

    /// <summary>google/gemma-4-31B-it, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4_31BPeft() => RecipeList.Get("gemma_4_31b_peft");
}
