// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of exaone45.</summary>
public static class Exaone45Recipes
{
    /// <summary>Upstream's <c>exaone45_vl_33b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Exaone45Vl33BPeft() => RecipeList.Get("exaone45_vl_33b_peft");

    /// <summary>Upstream's <c>exaone45_vl_33b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Exaone45Vl33BSft() => RecipeList.Get("exaone45_vl_33b_sft");
}
