// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of deepseek_v2.</summary>
public static class DeepseekV2Recipes
{
    /// <summary>Upstream's <c>deepseek_v2_lite_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2LitePretrain() => RecipeList.Get("deepseek_v2_lite_pretrain");

    /// <summary>Upstream's <c>deepseek_v2_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2Pretrain() => RecipeList.Get("deepseek_v2_pretrain");

    /// <summary>deepseek-ai/DeepSeek-V2-Lite, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV2LiteSft() => RecipeList.Get("deepseek_v2_lite_sft");

    /// <summary>deepseek-ai/DeepSeek-V2-Lite, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV2LitePeft() => RecipeList.Get("deepseek_v2_lite_peft");

    /// <summary>deepseek-ai/DeepSeek-V2, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV2Sft() => RecipeList.Get("deepseek_v2_sft");

    /// <summary>deepseek-ai/DeepSeek-V2, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV2Peft() => RecipeList.Get("deepseek_v2_peft");
}
