// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of kimi.</summary>
public static class KimiRecipes
{
    /// <summary>moonshotai/Kimi-K2.6, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P6PretrainMock() => RecipeList.Get("kimi_k2p6_pretrain_mock");

    /// <summary>moonshotai/Kimi-K2.6, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P6Sft() => RecipeList.Get("kimi_k2p6_sft");

    /// <summary>moonshotai/Kimi-K2.6, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P6Peft() => RecipeList.Get("kimi_k2p6_peft");

    /// <summary>moonshotai/Kimi-K2.7-Code, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P7CodePretrainMock() => RecipeList.Get("kimi_k2p7_code_pretrain_mock");

    /// <summary>moonshotai/Kimi-K2.7-Code, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P7CodeSft() => RecipeList.Get("kimi_k2p7_code_sft");

    /// <summary>moonshotai/Kimi-K2.7-Code, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK2P7CodePeft() => RecipeList.Get("kimi_k2p7_code_peft");

    /// <summary>moonshotai/Kimi-K3, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK3Pretrain() => RecipeList.Get("kimi_k3_pretrain");

    /// <summary>moonshotai/Kimi-K3, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK3Sft() => RecipeList.Get("kimi_k3_sft");

    /// <summary>moonshotai/Kimi-K3, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiK3Peft() => RecipeList.Get("kimi_k3_peft");

    /// <summary>moonshotai/Kimi-VL-A3B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiVlA3BSft() => RecipeList.Get("kimi_vl_a3b_sft");

    /// <summary>moonshotai/Kimi-VL-A3B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe KimiVlA3BPeft() => RecipeList.Get("kimi_vl_a3b_peft");
}
