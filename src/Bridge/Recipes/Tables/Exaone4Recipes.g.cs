// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of exaone4.</summary>
public static class Exaone4Recipes
{
    /// <summary>Upstream's <c>exaone4_1p2b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Exaone4_1P2BPeft() => RecipeList.Get("exaone4_1p2b_peft");

    /// <summary>Upstream's <c>exaone4_1p2b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Exaone4_1P2BPretrain() => RecipeList.Get("exaone4_1p2b_pretrain");

    /// <summary>Upstream's <c>exaone4_1p2b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Exaone4_1P2BSft() => RecipeList.Get("exaone4_1p2b_sft");
}
