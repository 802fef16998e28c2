// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of mimo.</summary>
public static class MimoRecipes
{
    /// <summary>XiaomiMiMo/MiMo-7B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Mimo7BPretrain() => RecipeList.Get("mimo_7b_pretrain");

    /// <summary>XiaomiMiMo/MiMo-7B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mimo7BSft() => RecipeList.Get("mimo_7b_sft");

    /// <summary>XiaomiMiMo/MiMo-7B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mimo7BPeft() => RecipeList.Get("mimo_7b_peft");

    /// <summary>XiaomiMiMo/MiMo-V2-Flash, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MimoFlashPretrain() => RecipeList.Get("mimo_flash_pretrain");

    /// <summary>XiaomiMiMo/MiMo-V2-Flash, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MimoFlashSft() => RecipeList.Get("mimo_flash_sft");

    /// <summary>XiaomiMiMo/MiMo-V2-Flash, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MimoFlashPeft() => RecipeList.Get("mimo_flash_peft");
}
