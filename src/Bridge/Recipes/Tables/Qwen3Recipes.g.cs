// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen3.</summary>
public static class Qwen3Recipes
{
    /// <summary>Upstream's <c>qwen3_1p7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_1P7BPeft() => RecipeList.Get("qwen3_1p7b_peft");

    /// <summary>Upstream's <c>qwen3_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_4BPeft() => RecipeList.Get("qwen3_4b_peft");

    /// <summary>Upstream's <c>qwen3_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_8BPeft() => RecipeList.Get("qwen3_8b_peft");

    /// <summary>Upstream's <c>qwen3_14b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_14BPeft() => RecipeList.Get("qwen3_14b_peft");

    /// <summary>Upstream's <c>qwen3_32b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_32BPeft() => RecipeList.Get("qwen3_32b_peft");

    /// <summary>Upstream's <c>qwen3_600m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_600MPeft() => RecipeList.Get("qwen3_600m_peft");

    /// <summary>Upstream's <c>qwen3_1p7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_1P7BPretrain() => RecipeList.Get("qwen3_1p7b_pretrain");

    /// <summary>Upstream's <c>qwen3_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_4BPretrain() => RecipeList.Get("qwen3_4b_pretrain");

    /// <summary>Upstream's <c>qwen3_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_8BPretrain() => RecipeList.Get("qwen3_8b_pretrain");

    /// <summary>Upstream's <c>qwen3_14b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_14BPretrain() => RecipeList.Get("qwen3_14b_pretrain");

    /// <summary>Upstream's <c>qwen3_32b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_32BPretrain() => RecipeList.Get("qwen3_32b_pretrain");

    /// <summary>Upstream's <c>qwen3_600m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_600MPretrain() => RecipeList.Get("qwen3_600m_pretrain");

    /// <summary>Upstream's <c>qwen3_8b_pretrain_4gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Qwen3_8BPretrain4GpuH100Bf16() => RecipeList.Get("qwen3_8b_pretrain_4gpu_h100_bf16");

    /// <summary>Upstream's <c>qwen3_1p7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_1P7BSft() => RecipeList.Get("qwen3_1p7b_sft");

    /// <summary>Upstream's <c>qwen3_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_4BSft() => RecipeList.Get("qwen3_4b_sft");

    /// <summary>Upstream's <c>qwen3_8b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_8BSft32K() => RecipeList.Get("qwen3_8b_sft_32k");

    /// <summary>Upstream's <c>qwen3_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_8BSft() => RecipeList.Get("qwen3_8b_sft");

    /// <summary>Upstream's <c>qwen3_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_14BSft() => RecipeList.Get("qwen3_14b_sft");

    /// <summary>Upstream's <c>qwen3_32b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_32BSft() => RecipeList.Get("qwen3_32b_sft");

    /// <summary>Upstream's <c>qwen3_600m_sft_128k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSft128K() => RecipeList.Get("qwen3_600m_sft_128k");

    /// <summary>Upstream's <c>qwen3_600m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSft() => RecipeList.Get("qwen3_600m_sft");

    /// <summary>Upstream's <c>qwen3_600m_sft_yarn_128k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSftYarn128K() => RecipeList.Get("qwen3_600m_sft_yarn_128k");

    /// <summary>Qwen/Qwen3-Coder-30B-A3B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder30BA3BPretrain() => RecipeList.Get("qwen3_coder_30b_a3b_pretrain");

    /// <summary>Qwen/Qwen3-Coder-30B-A3B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder30BA3BSft() => RecipeList.Get("qwen3_coder_30b_a3b_sft");

    /// <summary>Qwen/Qwen3-Coder-30B-A3B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder30BA3BPeft() => RecipeList.Get("qwen3_coder_30b_a3b_peft");

    /// <summary>Qwen/Qwen3-Coder-480B-A35B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder480BA35BPretrain() => RecipeList.Get("qwen3_coder_480b_a35b_pretrain");

    /// <summary>Qwen/Qwen3-Coder-480B-A35B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder480BA35BSft() => RecipeList.Get("qwen3_coder_480b_a35b_sft");

    /// <summary>Qwen/Qwen3-Coder-480B-A35B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Coder480BA35BPeft() => RecipeList.Get("qwen3_coder_480b_a35b_peft");
}
