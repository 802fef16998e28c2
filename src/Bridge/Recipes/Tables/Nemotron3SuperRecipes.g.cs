// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_3_super.</summary>
public static class Nemotron3SuperRecipes
{
    /// <summary>Upstream's <c>nemotron_3_super_pretrain_64gpu_gb200_bf16_config</c>: from the first token.</summary>
    public static Recipe Nemotron3SuperPretrain64GpuGb200Bf16() => RecipeList.Get("nemotron_3_super_pretrain_64gpu_gb200_bf16");

    /// <summary>Upstream's <c>nemotron_3_super_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3SuperPretrain() => RecipeList.Get("nemotron_3_super_pretrain");

    /// <summary>Upstream's <c>nemotron_3_super_pretrain_16gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Nemotron3SuperPretrain16GpuH100Bf16() => RecipeList.Get("nemotron_3_super_pretrain_16gpu_h100_bf16");

    /// <summary>Upstream's <c>nemotron_3_super_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3SuperPeft() => RecipeList.Get("nemotron_3_super_peft");

    /// <summary>Upstream's <c>nemotron_3_super_peft_16gpu_h100_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3SuperPeft16GpuH100Bf16() => RecipeList.Get("nemotron_3_super_peft_16gpu_h100_bf16");

    /// <summary>Upstream's <c>nemotron_3_super_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3SuperSft() => RecipeList.Get("nemotron_3_super_sft");

    /// <summary>Upstream's <c>nemotron_3_super_sft_16gpu_h100_bf16_32k_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3SuperSft16GpuH100Bf16_32K() => RecipeList.Get("nemotron_3_super_sft_16gpu_h100_bf16_32k");
}
