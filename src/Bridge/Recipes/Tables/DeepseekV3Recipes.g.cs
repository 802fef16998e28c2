// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of deepseek_v3.</summary>
public static class DeepseekV3Recipes
{
    /// <summary>Upstream's <c>deepseek_v3_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV3Pretrain() => RecipeList.Get("deepseek_v3_pretrain");

    /// <summary>Upstream's <c>deepseek_v3_pretrain_256gpu_h100_bf16_32nodes_config</c>: from the first token.</summary>
    public static Recipe DeepseekV3Pretrain256GpuH100Bf16_32Nodes() => RecipeList.Get("deepseek_v3_pretrain_256gpu_h100_bf16_32nodes");

    /// <summary>deepseek-ai/DeepSeek-V3, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV3Sft() => RecipeList.Get("deepseek_v3_sft");

    /// <summary>deepseek-ai/DeepSeek-V3, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV3Peft() => RecipeList.Get("deepseek_v3_peft");
}
