// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of kimi_k25_vl.</summary>
public static class KimiK25VlRecipes
{
    /// <summary>Upstream's <c>kimi_k25_vl_sft_config</c>: all weights, on examples.</summary>
    public static Recipe KimiK25VlSft() => RecipeList.Get("kimi_k25_vl_sft");

    /// <summary>moonshotai/Kimi-K2.5, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK25VlPretrainMock() => RecipeList.Get("kimi_k25_vl_pretrain_mock");

    /// <summary>moonshotai/Kimi-K2.5, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK25VlPeft() => RecipeList.Get("kimi_k25_vl_peft");
}
