// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma2.</summary>
public static class Gemma2Recipes
{
    /// <summary>Upstream's <c>gemma2_2b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_2BPeft() => RecipeList.Get("gemma2_2b_peft");

    /// <summary>Upstream's <c>gemma2_9b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_9BPeft() => RecipeList.Get("gemma2_9b_peft");

    /// <summary>Upstream's <c>gemma2_27b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_27BPeft() => RecipeList.Get("gemma2_27b_peft");

    /// <summary>Upstream's <c>gemma2_2b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_2BPretrain() => RecipeList.Get("gemma2_2b_pretrain");

    /// <summary>Upstream's <c>gemma2_9b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_9BPretrain() => RecipeList.Get("gemma2_9b_pretrain");

    /// <summary>Upstream's <c>gemma2_27b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_27BPretrain() => RecipeList.Get("gemma2_27b_pretrain");

    /// <summary>Upstream's <c>gemma2_2b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_2BSft() => RecipeList.Get("gemma2_2b_sft");

    /// <summary>Upstream's <c>gemma2_9b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_9BSft() => RecipeList.Get("gemma2_9b_sft");

    /// <summary>Upstream's <c>gemma2_27b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_27BSft() => RecipeList.Get("gemma2_27b_sft");
}
