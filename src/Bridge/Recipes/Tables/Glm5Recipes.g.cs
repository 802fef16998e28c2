// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of glm5.</summary>
public static class Glm5Recipes
{
    /// <summary>Upstream's <c>glm52_peft_192gpu_gb200_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Glm52Peft192GpuGb200Bf16() => RecipeList.Get("glm52_peft_192gpu_gb200_bf16");

    /// <summary>Upstream's <c>glm52_peft_208gpu_h100_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Glm52Peft208GpuH100Bf16() => RecipeList.Get("glm52_peft_208gpu_h100_bf16");

    /// <summary>Upstream's <c>glm52_pretrain_192gpu_gb200_bf16_config</c>: from the first token.</summary>
    public static Recipe Glm52Pretrain192GpuGb200Bf16() => RecipeList.Get("glm52_pretrain_192gpu_gb200_bf16");

    /// <summary>Upstream's <c>glm52_pretrain_416gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Glm52Pretrain416GpuH100Bf16() => RecipeList.Get("glm52_pretrain_416gpu_h100_bf16");

    /// <summary>Upstream's <c>glm52_sft_192gpu_gb200_bf16_128k_config</c>: all weights, on examples.</summary>
    public static Recipe Glm52Sft192GpuGb200Bf16_128K() => RecipeList.Get("glm52_sft_192gpu_gb200_bf16_128k");

    /// <summary>Upstream's <c>glm52_sft_192gpu_gb200_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Glm52Sft192GpuGb200Bf16() => RecipeList.Get("glm52_sft_192gpu_gb200_bf16");

    /// <summary>Upstream's <c>glm52_sft_416gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Glm52Sft416GpuH100Bf16() => RecipeList.Get("glm52_sft_416gpu_h100_bf16");

    /// <summary>Upstream's <c>glm52_sft_608gpu_h100_bf16_200k_config</c>: all weights, on examples.</summary>
    public static Recipe Glm52Sft608GpuH100Bf16_200K() => RecipeList.Get("glm52_sft_608gpu_h100_bf16_200k");
}
