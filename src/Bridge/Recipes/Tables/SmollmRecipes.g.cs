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

    /// <summary>HuggingFaceTB/SmolLM2-135M, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_135MPretrain() => RecipeList.Get("smollm2_135m_pretrain");

    /// <summary>HuggingFaceTB/SmolLM2-135M, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_135MSft() => RecipeList.Get("smollm2_135m_sft");

    /// <summary>HuggingFaceTB/SmolLM2-135M, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_135MPeft() => RecipeList.Get("smollm2_135m_peft");

    /// <summary>HuggingFaceTB/SmolLM2-360M, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_360MPretrain() => RecipeList.Get("smollm2_360m_pretrain");

    /// <summary>HuggingFaceTB/SmolLM2-360M, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_360MSft() => RecipeList.Get("smollm2_360m_sft");

    /// <summary>HuggingFaceTB/SmolLM2-360M, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_360MPeft() => RecipeList.Get("smollm2_360m_peft");

    /// <summary>HuggingFaceTB/SmolLM2-1.7B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_1P7BPretrain() => RecipeList.Get("smollm2_1p7b_pretrain");

    /// <summary>HuggingFaceTB/SmolLM2-1.7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_1P7BSft() => RecipeList.Get("smollm2_1p7b_sft");

    /// <summary>HuggingFaceTB/SmolLM2-1.7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Smollm2_1P7BPeft() => RecipeList.Get("smollm2_1p7b_peft");
}
