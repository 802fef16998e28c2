// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of llama3.</summary>
public static class Llama3Recipes
{
    /// <summary>Upstream's <c>llama3_8b_16k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B16KPretrain() => RecipeList.Get("llama3_8b_16k_pretrain");

    /// <summary>Upstream's <c>llama3_8b_64k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B64KPretrain() => RecipeList.Get("llama3_8b_64k_pretrain");

    /// <summary>Upstream's <c>llama3_8b_128k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B128KPretrain() => RecipeList.Get("llama3_8b_128k_pretrain");

    /// <summary>Upstream's <c>llama3_8b_low_precision_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BLowPrecisionPretrain() => RecipeList.Get("llama3_8b_low_precision_pretrain");

    /// <summary>Upstream's <c>llama3_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain() => RecipeList.Get("llama3_8b_pretrain");

    /// <summary>Upstream's <c>llama3_70b_16k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70B16KPretrain() => RecipeList.Get("llama3_70b_16k_pretrain");

    /// <summary>Upstream's <c>llama3_70b_64k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70B64KPretrain() => RecipeList.Get("llama3_70b_64k_pretrain");

    /// <summary>Upstream's <c>llama3_70b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70BPretrain() => RecipeList.Get("llama3_70b_pretrain");

    /// <summary>Upstream's <c>llama3_70b_pretrain_deterministic_config</c>: from the first token.</summary>
    public static Recipe Llama3_70BPretrainDeterministic() => RecipeList.Get("llama3_70b_pretrain_deterministic");

    /// <summary>Upstream's <c>llama31_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_8BPretrain() => RecipeList.Get("llama31_8b_pretrain");

    /// <summary>Upstream's <c>llama31_70b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_70BPretrain() => RecipeList.Get("llama31_70b_pretrain");

    /// <summary>Upstream's <c>llama31_405b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_405BPretrain() => RecipeList.Get("llama31_405b_pretrain");

    /// <summary>Upstream's <c>llama31_405b_pretrain_deterministic_config</c>: from the first token.</summary>
    public static Recipe Llama31_405BPretrainDeterministic() => RecipeList.Get("llama31_405b_pretrain_deterministic");

    /// <summary>Upstream's <c>llama32_1b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama32_1BPretrain() => RecipeList.Get("llama32_1b_pretrain");

    /// <summary>Upstream's <c>llama32_3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama32_3BPretrain() => RecipeList.Get("llama32_3b_pretrain");

    /// <summary>Upstream's <c>llama3_8b_pretrain_2gpu_h100_fp8mx_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain2GpuH100Fp8Mx() => RecipeList.Get("llama3_8b_pretrain_2gpu_h100_fp8mx");

    /// <summary>Upstream's <c>llama3_8b_pretrain_2gpu_h100_nvfp4_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain2GpuH100Nvfp4() => RecipeList.Get("llama3_8b_pretrain_2gpu_h100_nvfp4");

    /// <summary>Upstream's <c>llama3_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama3_8BPeft() => RecipeList.Get("llama3_8b_peft");

    /// <summary>Upstream's <c>llama3_70b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama3_70BPeft() => RecipeList.Get("llama3_70b_peft");

    /// <summary>Upstream's <c>llama31_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_8BPeft() => RecipeList.Get("llama31_8b_peft");

    /// <summary>Upstream's <c>llama31_70b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_70BPeft() => RecipeList.Get("llama31_70b_peft");

    /// <summary>Upstream's <c>llama31_405b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_405BPeft() => RecipeList.Get("llama31_405b_peft");

    /// <summary>Upstream's <c>llama32_1b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama32_1BPeft() => RecipeList.Get("llama32_1b_peft");

    /// <summary>Upstream's <c>llama32_3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama32_3BPeft() => RecipeList.Get("llama32_3b_peft");

    /// <summary>Upstream's <c>llama3_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama3_8BSft() => RecipeList.Get("llama3_8b_sft");

    /// <summary>Upstream's <c>llama3_70b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama3_70BSft() => RecipeList.Get("llama3_70b_sft");

    /// <summary>Upstream's <c>llama31_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_8BSft() => RecipeList.Get("llama31_8b_sft");

    /// <summary>Upstream's <c>llama31_70b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_70BSft() => RecipeList.Get("llama31_70b_sft");

    /// <summary>Upstream's <c>llama31_405b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_405BSft() => RecipeList.Get("llama31_405b_sft");

    /// <summary>Upstream's <c>llama32_1b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama32_1BSft() => RecipeList.Get("llama32_1b_sft");

    /// <summary>Upstream's <c>llama32_3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama32_3BSft() => RecipeList.Get("llama32_3b_sft");
}
