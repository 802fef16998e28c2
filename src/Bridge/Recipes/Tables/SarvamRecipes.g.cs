// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of sarvam.</summary>
public static class SarvamRecipes
{
    /// <summary>sarvamai/sarvam-30b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam30BPretrain() => RecipeList.Get("sarvam_30b_pretrain");

    /// <summary>sarvamai/sarvam-30b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam30BSft() => RecipeList.Get("sarvam_30b_sft");

    /// <summary>sarvamai/sarvam-30b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam30BPeft() => RecipeList.Get("sarvam_30b_peft");

    /// <summary>sarvamai/sarvam-105b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam105BPretrain() => RecipeList.Get("sarvam_105b_pretrain");

    /// <summary>sarvamai/sarvam-105b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam105BSft() => RecipeList.Get("sarvam_105b_sft");

    /// <summary>sarvamai/sarvam-105b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Sarvam105BPeft() => RecipeList.Get("sarvam_105b_peft");
}
