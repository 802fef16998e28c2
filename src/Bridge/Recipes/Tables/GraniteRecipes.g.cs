// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of granite.</summary>
public static class GraniteRecipes
{
    /// <summary>ibm-granite/granite-3.3-2b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BPretrain() => RecipeList.Get("granite_3p3_2b_pretrain");

    /// <summary>ibm-granite/granite-3.3-2b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BSft() => RecipeList.Get("granite_3p3_2b_sft");

    /// <summary>ibm-granite/granite-3.3-2b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_2BPeft() => RecipeList.Get("granite_3p3_2b_peft");

    /// <summary>ibm-granite/granite-3.3-8b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BPretrain() => RecipeList.Get("granite_3p3_8b_pretrain");

    /// <summary>ibm-granite/granite-3.3-8b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BSft() => RecipeList.Get("granite_3p3_8b_sft");

    /// <summary>ibm-granite/granite-3.3-8b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P3_8BPeft() => RecipeList.Get("granite_3p3_8b_peft");

    /// <summary>ibm-granite/granite-3.1-2b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_2BPretrain() => RecipeList.Get("granite_3p1_2b_pretrain");

    /// <summary>ibm-granite/granite-3.1-2b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_2BSft() => RecipeList.Get("granite_3p1_2b_sft");

    /// <summary>ibm-granite/granite-3.1-2b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_2BPeft() => RecipeList.Get("granite_3p1_2b_peft");

    /// <summary>ibm-granite/granite-3.1-8b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_8BPretrain() => RecipeList.Get("granite_3p1_8b_pretrain");

    /// <summary>ibm-granite/granite-3.1-8b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_8BSft() => RecipeList.Get("granite_3p1_8b_sft");

    /// <summary>ibm-granite/granite-3.1-8b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_8BPeft() => RecipeList.Get("granite_3p1_8b_peft");

    /// <summary>ibm-granite/granite-3.1-1b-a400m-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_1BA400MPretrain() => RecipeList.Get("granite_3p1_1b_a400m_pretrain");

    /// <summary>ibm-granite/granite-3.1-1b-a400m-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_1BA400MSft() => RecipeList.Get("granite_3p1_1b_a400m_sft");

    /// <summary>ibm-granite/granite-3.1-1b-a400m-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_1BA400MPeft() => RecipeList.Get("granite_3p1_1b_a400m_peft");

    /// <summary>ibm-granite/granite-3.1-3b-a800m-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_3BA800MPretrain() => RecipeList.Get("granite_3p1_3b_a800m_pretrain");

    /// <summary>ibm-granite/granite-3.1-3b-a800m-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_3BA800MSft() => RecipeList.Get("granite_3p1_3b_a800m_sft");

    /// <summary>ibm-granite/granite-3.1-3b-a800m-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Granite3P1_3BA800MPeft() => RecipeList.Get("granite_3p1_3b_a800m_peft");

    /// <summary>ibm-research/PowerMoE-3b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Powermoe3BPretrain() => RecipeList.Get("powermoe_3b_pretrain");

    /// <summary>ibm-research/PowerMoE-3b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Powermoe3BSft() => RecipeList.Get("powermoe_3b_sft");

    /// <summary>ibm-research/PowerMoE-3b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Powermoe3BPeft() => RecipeList.Get("powermoe_3b_peft");
}
