// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of glm45.</summary>
public static class Glm45Recipes
{
    /// <summary>Upstream's <c>glm45_355b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Glm45_355BPeft() => RecipeList.Get("glm45_355b_peft");

    /// <summary>Upstream's <c>glm45_air_106b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Glm45Air106BPeft() => RecipeList.Get("glm45_air_106b_peft");

    /// <summary>Upstream's <c>glm45_355b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Glm45_355BPretrain() => RecipeList.Get("glm45_355b_pretrain");

    /// <summary>Upstream's <c>glm45_air_106b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Glm45Air106BPretrain() => RecipeList.Get("glm45_air_106b_pretrain");

    /// <summary>Upstream's <c>glm45_355b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Glm45_355BSft() => RecipeList.Get("glm45_355b_sft");

    /// <summary>Upstream's <c>glm45_air_106b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Glm45Air106BSft() => RecipeList.Get("glm45_air_106b_sft");
}
