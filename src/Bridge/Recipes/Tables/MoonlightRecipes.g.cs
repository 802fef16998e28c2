// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of moonlight_16b.</summary>
public static class MoonlightRecipes
{
    /// <summary>Upstream's <c>moonlight_16b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Moonlight16BPeft() => RecipeList.Get("moonlight_16b_peft");

    /// <summary>Upstream's <c>moonlight_16b_peft_2gpu_h100_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Moonlight16BPeft2GpuH100Bf16() => RecipeList.Get("moonlight_16b_peft_2gpu_h100_bf16");

    /// <summary>Upstream's <c>moonlight_16b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Moonlight16BPretrain() => RecipeList.Get("moonlight_16b_pretrain");

    /// <summary>Upstream's <c>moonlight_16b_pretrain_8gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Moonlight16BPretrain8GpuH100Bf16() => RecipeList.Get("moonlight_16b_pretrain_8gpu_h100_bf16");

    /// <summary>Upstream's <c>moonlight_16b_sft_8k_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft8K() => RecipeList.Get("moonlight_16b_sft_8k");

    /// <summary>Upstream's <c>moonlight_16b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft() => RecipeList.Get("moonlight_16b_sft");

    /// <summary>Upstream's <c>moonlight_16b_sft_8gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft8GpuH100Bf16() => RecipeList.Get("moonlight_16b_sft_8gpu_h100_bf16");
}
