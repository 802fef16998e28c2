// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of command_r.</summary>
public static class CommandRRecipes
{
    /// <summary>CohereLabs/c4ai-command-r-v01, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRPretrain() => RecipeList.Get("command_r_pretrain");

    /// <summary>CohereLabs/c4ai-command-r-v01, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRSft() => RecipeList.Get("command_r_sft");

    /// <summary>CohereLabs/c4ai-command-r-v01, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRPeft() => RecipeList.Get("command_r_peft");

    /// <summary>CohereLabs/c4ai-command-r-plus, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRPlusPretrain() => RecipeList.Get("command_r_plus_pretrain");

    /// <summary>CohereLabs/c4ai-command-r-plus, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRPlusSft() => RecipeList.Get("command_r_plus_sft");

    /// <summary>CohereLabs/c4ai-command-r-plus, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandRPlusPeft() => RecipeList.Get("command_r_plus_peft");

    /// <summary>CohereLabs/c4ai-command-r-08-2024, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR08Pretrain() => RecipeList.Get("command_r_08_pretrain");

    /// <summary>CohereLabs/c4ai-command-r-08-2024, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR08Sft() => RecipeList.Get("command_r_08_sft");

    /// <summary>CohereLabs/c4ai-command-r-08-2024, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR08Peft() => RecipeList.Get("command_r_08_peft");

    /// <summary>CohereLabs/aya-expanse-8b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse8BPretrain() => RecipeList.Get("aya_expanse_8b_pretrain");

    /// <summary>CohereLabs/aya-expanse-8b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse8BSft() => RecipeList.Get("aya_expanse_8b_sft");

    /// <summary>CohereLabs/aya-expanse-8b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse8BPeft() => RecipeList.Get("aya_expanse_8b_peft");

    /// <summary>CohereLabs/aya-expanse-32b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse32BPretrain() => RecipeList.Get("aya_expanse_32b_pretrain");

    /// <summary>CohereLabs/aya-expanse-32b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse32BSft() => RecipeList.Get("aya_expanse_32b_sft");

    /// <summary>CohereLabs/aya-expanse-32b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe AyaExpanse32BPeft() => RecipeList.Get("aya_expanse_32b_peft");

    /// <summary>CohereLabs/c4ai-command-r7b-12-2024, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR7B12Pretrain() => RecipeList.Get("command_r7b_12_pretrain");

    /// <summary>CohereLabs/c4ai-command-r7b-12-2024, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR7B12Sft() => RecipeList.Get("command_r7b_12_sft");

    /// <summary>CohereLabs/c4ai-command-r7b-12-2024, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandR7B12Peft() => RecipeList.Get("command_r7b_12_peft");

    /// <summary>CohereLabs/c4ai-command-a-03-2025, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe CommandA03Pretrain() => RecipeList.Get("command_a_03_pretrain");

    /// <summary>CohereLabs/c4ai-command-a-03-2025, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandA03Sft() => RecipeList.Get("command_a_03_sft");

    /// <summary>CohereLabs/c4ai-command-a-03-2025, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe CommandA03Peft() => RecipeList.Get("command_a_03_peft");
}
