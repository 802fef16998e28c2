// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of kimi_k2.</summary>
public static class KimiK2Recipes
{
    /// <summary>Upstream's <c>kimi_k2_pretrain_config</c>: from the first token.</summary>
    public static Recipe KimiK2Pretrain() => RecipeList.Get("kimi_k2_pretrain");

    /// <summary>moonshotai/Kimi-K2-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2Sft() => RecipeList.Get("kimi_k2_sft");

    /// <summary>moonshotai/Kimi-K2-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2Peft() => RecipeList.Get("kimi_k2_peft");
}
