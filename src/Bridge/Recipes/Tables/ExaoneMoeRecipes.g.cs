// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of exaone_moe.</summary>
public static class ExaoneMoeRecipes
{
    /// <summary>Upstream's <c>exaone_moe_peft_config</c>: adapters, on examples.</summary>
    public static Recipe ExaoneMoePeft() => RecipeList.Get("exaone_moe_peft");

    /// <summary>Upstream's <c>exaone_moe_236b_a23b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe ExaoneMoe236BA23BPeft() => RecipeList.Get("exaone_moe_236b_a23b_peft");

    /// <summary>Upstream's <c>exaone_moe_pretrain_config</c>: from the first token.</summary>
    public static Recipe ExaoneMoePretrain() => RecipeList.Get("exaone_moe_pretrain");

    /// <summary>Upstream's <c>exaone_moe_236b_a23b_pretrain_config</c>: from the first token.</summary>
    public static Recipe ExaoneMoe236BA23BPretrain() => RecipeList.Get("exaone_moe_236b_a23b_pretrain");

    /// <summary>Upstream's <c>exaone_moe_sft_config</c>: all weights, on examples.</summary>
    public static Recipe ExaoneMoeSft() => RecipeList.Get("exaone_moe_sft");

    /// <summary>Upstream's <c>exaone_moe_236b_a23b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe ExaoneMoe236BA23BSft() => RecipeList.Get("exaone_moe_236b_a23b_sft");
}
