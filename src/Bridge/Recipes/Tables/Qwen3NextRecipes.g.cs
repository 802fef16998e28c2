// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen3_next.</summary>
public static class Qwen3NextRecipes
{
    /// <summary>Upstream's <c>qwen3_next_80b_a3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3Next80BA3BPretrain() => RecipeList.Get("qwen3_next_80b_a3b_pretrain");

    /// <summary>Upstream's <c>qwen3_next_80b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Next80BA3BSft() => RecipeList.Get("qwen3_next_80b_a3b_sft");
}
