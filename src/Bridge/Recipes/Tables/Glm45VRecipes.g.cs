// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of glm_45v.</summary>
public static class Glm45VRecipes
{
    /// <summary>Upstream's <c>glm_45v_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Glm45VPeft() => RecipeList.Get("glm_45v_peft");

    /// <summary>Upstream's <c>glm_45v_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Glm45VSft() => RecipeList.Get("glm_45v_sft");

    /// <summary>zai-org/GLM-4.5V, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Glm45VPretrainMock() => RecipeList.Get("glm_45v_pretrain_mock");
}
