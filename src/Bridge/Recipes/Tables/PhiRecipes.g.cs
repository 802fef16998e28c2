// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of phi.</summary>
public static class PhiRecipes
{
    /// <summary>microsoft/phi-1_5, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi1_5Pretrain() => RecipeList.Get("phi_1_5_pretrain");

    /// <summary>microsoft/phi-1_5, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi1_5Sft() => RecipeList.Get("phi_1_5_sft");

    /// <summary>microsoft/phi-1_5, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi1_5Peft() => RecipeList.Get("phi_1_5_peft");

    /// <summary>microsoft/phi-2, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi2Pretrain() => RecipeList.Get("phi_2_pretrain");

    /// <summary>microsoft/phi-2, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi2Sft() => RecipeList.Get("phi_2_sft");

    /// <summary>microsoft/phi-2, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi2Peft() => RecipeList.Get("phi_2_peft");

    /// <summary>microsoft/Phi-3-mini-4k-instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini4KPretrain() => RecipeList.Get("phi_3_mini_4k_pretrain");

    /// <summary>microsoft/Phi-3-mini-4k-instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini4KSft() => RecipeList.Get("phi_3_mini_4k_sft");

    /// <summary>microsoft/Phi-3-mini-4k-instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini4KPeft() => RecipeList.Get("phi_3_mini_4k_peft");

    /// <summary>microsoft/Phi-3-medium-4k-instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Medium4KPretrain() => RecipeList.Get("phi_3_medium_4k_pretrain");

    /// <summary>microsoft/Phi-3-medium-4k-instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Medium4KSft() => RecipeList.Get("phi_3_medium_4k_sft");

    /// <summary>microsoft/Phi-3-medium-4k-instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Medium4KPeft() => RecipeList.Get("phi_3_medium_4k_peft");

    /// <summary>microsoft/phi-4, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi4Pretrain() => RecipeList.Get("phi_4_pretrain");

    /// <summary>microsoft/phi-4, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi4Sft() => RecipeList.Get("phi_4_sft");

    /// <summary>microsoft/phi-4, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi4Peft() => RecipeList.Get("phi_4_peft");

    /// <summary>microsoft/Phi-3-mini-128k-instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini128KPretrain() => RecipeList.Get("phi_3_mini_128k_pretrain");

    /// <summary>microsoft/Phi-3-mini-128k-instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini128KSft() => RecipeList.Get("phi_3_mini_128k_sft");

    /// <summary>microsoft/Phi-3-mini-128k-instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Phi3Mini128KPeft() => RecipeList.Get("phi_3_mini_128k_peft");

    /// <summary>microsoft/Phi-mini-MoE-instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe PhiMiniMoePretrain() => RecipeList.Get("phi_mini_moe_pretrain");

    /// <summary>microsoft/Phi-mini-MoE-instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe PhiMiniMoeSft() => RecipeList.Get("phi_mini_moe_sft");

    /// <summary>microsoft/Phi-mini-MoE-instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe PhiMiniMoePeft() => RecipeList.Get("phi_mini_moe_peft");

    /// <summary>microsoft/Phi-tiny-MoE-instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe PhiTinyMoePretrain() => RecipeList.Get("phi_tiny_moe_pretrain");

    /// <summary>microsoft/Phi-tiny-MoE-instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe PhiTinyMoeSft() => RecipeList.Get("phi_tiny_moe_sft");

    /// <summary>microsoft/Phi-tiny-MoE-instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe PhiTinyMoePeft() => RecipeList.Get("phi_tiny_moe_peft");
}
