// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of hunyuan.</summary>
public static class HunyuanRecipes
{
    /// <summary>tencent/Hy3, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Hy3Pretrain() => RecipeList.Get("hy3_pretrain");

    /// <summary>tencent/Hy3, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Hy3Sft() => RecipeList.Get("hy3_sft");

    /// <summary>tencent/Hy3, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Hy3Peft() => RecipeList.Get("hy3_peft");
}
