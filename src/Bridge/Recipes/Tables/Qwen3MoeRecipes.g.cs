// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen3_moe.</summary>
public static class Qwen3MoeRecipes
{
    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_8gpu_gb200_fp8mx_functional_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain8GpuGb200Fp8MxFunctional() => RecipeList.Get("qwen3_30b_a3b_pretrain_8gpu_gb200_fp8mx_functional");

    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain() => RecipeList.Get("qwen3_30b_a3b_pretrain");

    /// <summary>Upstream's <c>qwen3_235b_a22b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_235BA22BPretrain() => RecipeList.Get("qwen3_235b_a22b_pretrain");

    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_8gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain8GpuH100Bf16() => RecipeList.Get("qwen3_30b_a3b_pretrain_8gpu_h100_bf16");

    /// <summary>Upstream's <c>qwen3_30b_a3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_30BA3BPeft() => RecipeList.Get("qwen3_30b_a3b_peft");

    /// <summary>Upstream's <c>qwen3_235b_a22b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_235BA22BPeft() => RecipeList.Get("qwen3_235b_a22b_peft");

    /// <summary>Upstream's <c>qwen3_30b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_30BA3BSft() => RecipeList.Get("qwen3_30b_a3b_sft");

    /// <summary>Upstream's <c>qwen3_235b_a22b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_235BA22BSft() => RecipeList.Get("qwen3_235b_a22b_sft");

    /// <summary>Upstream's <c>qwen3_30b_a3b_sft_8gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_30BA3BSft8GpuH100Bf16() => RecipeList.Get("qwen3_30b_a3b_sft_8gpu_h100_bf16");
}
