// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of minimax_m3.</summary>
public static class MinimaxM3Recipes
{
    /// <summary>Upstream's <c>minimax_m3_pretrain_config</c>: from the first token.</summary>
    public static Recipe MinimaxM3Pretrain() => RecipeList.Get("minimax_m3_pretrain");

    /// <summary>Upstream's <c>minimax_m3_sft_config</c>: all weights, on examples.</summary>
    public static Recipe MinimaxM3Sft() => RecipeList.Get("minimax_m3_sft");

    /// <summary>MiniMaxAI/MiniMax-M3, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM3Peft() => RecipeList.Get("minimax_m3_peft");
}
