// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen_omni.</summary>
public static class QwenOmniRecipes
{
    /// <summary>Qwen/Qwen2.5-Omni-7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2P5Omni7BSft() => RecipeList.Get("qwen2p5_omni_7b_sft");

    /// <summary>Qwen/Qwen2.5-Omni-7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2P5Omni7BPeft() => RecipeList.Get("qwen2p5_omni_7b_peft");
}
