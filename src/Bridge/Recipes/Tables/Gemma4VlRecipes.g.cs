// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma4_vl.</summary>
public static class Gemma4VlRecipes
{
    /// <summary>Upstream's <c>gemma4_vl_26b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma4Vl26BPeft() => RecipeList.Get("gemma4_vl_26b_peft");

    /// <summary>Upstream's <c>gemma4_vl_26b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma4Vl26BSft() => RecipeList.Get("gemma4_vl_26b_sft");

    /// <summary>google/gemma-4-26B-A4B-it, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma4Vl26BPretrainMock() => RecipeList.Get("gemma4_vl_26b_pretrain_mock");
}
