// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of glm.</summary>
public static class GlmRecipes
{
    /// <summary>zai-org/GLM-4.6, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P6Pretrain() => RecipeList.Get("glm_4p6_pretrain");

    /// <summary>zai-org/GLM-4.6, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P6Sft() => RecipeList.Get("glm_4p6_sft");

    /// <summary>zai-org/GLM-4.6, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P6Peft() => RecipeList.Get("glm_4p6_peft");

    /// <summary>zai-org/GLM-4.7, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7Pretrain() => RecipeList.Get("glm_4p7_pretrain");

    /// <summary>zai-org/GLM-4.7, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7Sft() => RecipeList.Get("glm_4p7_sft");

    /// <summary>zai-org/GLM-4.7, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7Peft() => RecipeList.Get("glm_4p7_peft");

    /// <summary>zai-org/GLM-5, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5Pretrain() => RecipeList.Get("glm_5_pretrain");

    /// <summary>zai-org/GLM-5, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5Sft() => RecipeList.Get("glm_5_sft");

    /// <summary>zai-org/GLM-5, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5Peft() => RecipeList.Get("glm_5_peft");

    /// <summary>zai-org/GLM-5.1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5P1Pretrain() => RecipeList.Get("glm_5p1_pretrain");

    /// <summary>zai-org/GLM-5.1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5P1Sft() => RecipeList.Get("glm_5p1_sft");

    /// <summary>zai-org/GLM-5.1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm5P1Peft() => RecipeList.Get("glm_5p1_peft");

    /// <summary>zai-org/GLM-4.7-Flash, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7FlashPretrain() => RecipeList.Get("glm_4p7_flash_pretrain");

    /// <summary>zai-org/GLM-4.7-Flash, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7FlashSft() => RecipeList.Get("glm_4p7_flash_sft");

    /// <summary>zai-org/GLM-4.7-Flash, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Glm4P7FlashPeft() => RecipeList.Get("glm_4p7_flash_peft");
}
