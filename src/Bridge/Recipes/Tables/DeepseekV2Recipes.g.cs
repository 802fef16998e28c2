// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of deepseek_v2.</summary>
public static class DeepseekV2Recipes
{
    /// <summary>Upstream's <c>deepseek_v2_lite_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2LitePretrain() => RecipeList.Get("deepseek_v2_lite_pretrain");

    /// <summary>Upstream's <c>deepseek_v2_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2Pretrain() => RecipeList.Get("deepseek_v2_pretrain");
}
