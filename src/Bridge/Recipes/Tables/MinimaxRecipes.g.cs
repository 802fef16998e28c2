// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of minimax.</summary>
public static class MinimaxRecipes
{
    /// <summary>MiniMaxAI/MiniMax-M2.5, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P5Pretrain() => RecipeList.Get("minimax_m2p5_pretrain");

    /// <summary>MiniMaxAI/MiniMax-M2.5, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P5Sft() => RecipeList.Get("minimax_m2p5_sft");

    /// <summary>MiniMaxAI/MiniMax-M2.5, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P5Peft() => RecipeList.Get("minimax_m2p5_peft");

    /// <summary>MiniMaxAI/MiniMax-M2.7, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P7Pretrain() => RecipeList.Get("minimax_m2p7_pretrain");

    /// <summary>MiniMaxAI/MiniMax-M2.7, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P7Sft() => RecipeList.Get("minimax_m2p7_sft");

    /// <summary>MiniMaxAI/MiniMax-M2.7, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P7Peft() => RecipeList.Get("minimax_m2p7_peft");
}
