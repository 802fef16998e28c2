// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen_asr.</summary>
public static class QwenAsrRecipes
{
    /// <summary>Qwen/Qwen3-ASR-0.6B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Asr0P6BSft() => RecipeList.Get("qwen3_asr_0p6b_sft");

    /// <summary>Qwen/Qwen3-ASR-0.6B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Asr0P6BPeft() => RecipeList.Get("qwen3_asr_0p6b_peft");

    /// <summary>Qwen/Qwen3-ASR-1.7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Asr1P7BSft() => RecipeList.Get("qwen3_asr_1p7b_sft");

    /// <summary>Qwen/Qwen3-ASR-1.7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Asr1P7BPeft() => RecipeList.Get("qwen3_asr_1p7b_peft");
}
