// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of bailing.</summary>
public static class BailingRecipes
{
    /// <summary>inclusionAI/Ling-mini-2.0, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe LingMini2P0Pretrain() => RecipeList.Get("ling_mini_2p0_pretrain");

    /// <summary>inclusionAI/Ling-mini-2.0, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe LingMini2P0Sft() => RecipeList.Get("ling_mini_2p0_sft");

    /// <summary>inclusionAI/Ling-mini-2.0, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe LingMini2P0Peft() => RecipeList.Get("ling_mini_2p0_peft");

    /// <summary>inclusionAI/Ling-flash-2.0, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe LingFlash2P0Pretrain() => RecipeList.Get("ling_flash_2p0_pretrain");

    /// <summary>inclusionAI/Ling-flash-2.0, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe LingFlash2P0Sft() => RecipeList.Get("ling_flash_2p0_sft");

    /// <summary>inclusionAI/Ling-flash-2.0, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe LingFlash2P0Peft() => RecipeList.Get("ling_flash_2p0_peft");
}
