// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of olmo.</summary>
public static class OlmoRecipes
{
    /// <summary>allenai/OLMo-2-0425-1B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_1BPretrain() => RecipeList.Get("olmo_2_1b_pretrain");

    /// <summary>allenai/OLMo-2-0425-1B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_1BSft() => RecipeList.Get("olmo_2_1b_sft");

    /// <summary>allenai/OLMo-2-0425-1B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_1BPeft() => RecipeList.Get("olmo_2_1b_peft");

    /// <summary>allenai/OLMo-2-1124-7B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_7BPretrain() => RecipeList.Get("olmo_2_7b_pretrain");

    /// <summary>allenai/OLMo-2-1124-7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_7BSft() => RecipeList.Get("olmo_2_7b_sft");

    /// <summary>allenai/OLMo-2-1124-7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_7BPeft() => RecipeList.Get("olmo_2_7b_peft");

    /// <summary>allenai/OLMo-2-1124-13B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_13BPretrain() => RecipeList.Get("olmo_2_13b_pretrain");

    /// <summary>allenai/OLMo-2-1124-13B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_13BSft() => RecipeList.Get("olmo_2_13b_sft");

    /// <summary>allenai/OLMo-2-1124-13B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_13BPeft() => RecipeList.Get("olmo_2_13b_peft");

    /// <summary>allenai/OLMo-2-0325-32B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_32BPretrain() => RecipeList.Get("olmo_2_32b_pretrain");

    /// <summary>allenai/OLMo-2-0325-32B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_32BSft() => RecipeList.Get("olmo_2_32b_sft");

    /// <summary>allenai/OLMo-2-0325-32B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo2_32BPeft() => RecipeList.Get("olmo_2_32b_peft");

    /// <summary>allenai/Olmo-3-1025-7B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_7BPretrain() => RecipeList.Get("olmo_3_7b_pretrain");

    /// <summary>allenai/Olmo-3-1025-7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_7BSft() => RecipeList.Get("olmo_3_7b_sft");

    /// <summary>allenai/Olmo-3-1025-7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_7BPeft() => RecipeList.Get("olmo_3_7b_peft");

    /// <summary>allenai/Olmo-3-1125-32B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_32BPretrain() => RecipeList.Get("olmo_3_32b_pretrain");

    /// <summary>allenai/Olmo-3-1125-32B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_32BSft() => RecipeList.Get("olmo_3_32b_sft");

    /// <summary>allenai/Olmo-3-1125-32B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Olmo3_32BPeft() => RecipeList.Get("olmo_3_32b_peft");
}
