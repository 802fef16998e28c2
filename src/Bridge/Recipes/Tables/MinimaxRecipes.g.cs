// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of minimax.</summary>
public static class MinimaxRecipes
{
    /// <summary>MiniMaxAI/MiniMax-M2, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2Pretrain() => RecipeList.Get("minimax_m2_pretrain");

    /// <summary>MiniMaxAI/MiniMax-M2, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2Sft() => RecipeList.Get("minimax_m2_sft");

    /// <summary>MiniMaxAI/MiniMax-M2, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2Peft() => RecipeList.Get("minimax_m2_peft");

    /// <summary>MiniMaxAI/MiniMax-M2.1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P1Pretrain() => RecipeList.Get("minimax_m2p1_pretrain");

    /// <summary>MiniMaxAI/MiniMax-M2.1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P1Sft() => RecipeList.Get("minimax_m2p1_sft");

    /// <summary>MiniMaxAI/MiniMax-M2.1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MinimaxM2P1Peft() => RecipeList.Get("minimax_m2p1_peft");

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
