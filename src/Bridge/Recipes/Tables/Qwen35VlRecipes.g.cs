// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen35_vl.</summary>
public static class Qwen35VlRecipes
{
    /// <summary>Upstream's <c>qwen35_vl_27b_pretrain_16gpu_gb200_bf16_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl27BPretrain16GpuGb200Bf16Mock() => RecipeList.Get("qwen35_vl_27b_pretrain_16gpu_gb200_bf16_mock");

    /// <summary>Upstream's <c>qwen35_vl_9b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl9BPretrainMock() => RecipeList.Get("qwen35_vl_9b_pretrain_mock");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl35BA3BPretrainMock() => RecipeList.Get("qwen35_vl_35b_a3b_pretrain_mock");

    /// <summary>Upstream's <c>qwen35_vl_122b_a10b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl122BA10BPretrainMock() => RecipeList.Get("qwen35_vl_122b_a10b_pretrain_mock");

    /// <summary>Upstream's <c>qwen35_vl_397b_a17b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl397BA17BPretrainMock() => RecipeList.Get("qwen35_vl_397b_a17b_pretrain_mock");

    /// <summary>Upstream's <c>qwen35_vl_27b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl27BPretrainMock() => RecipeList.Get("qwen35_vl_27b_pretrain_mock");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_pretrain_16gpu_h100_bf16_functional_config</c>: from the first token.</summary>
    public static Recipe Qwen35Vl35BA3BPretrain16GpuH100Bf16Functional() => RecipeList.Get("qwen35_vl_35b_a3b_pretrain_16gpu_h100_bf16_functional");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_peft_8gpu_gb200_bf16_functional_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BPeft8GpuGb200Bf16Functional() => RecipeList.Get("qwen35_vl_35b_a3b_peft_8gpu_gb200_bf16_functional");

    /// <summary>Upstream's <c>qwen35_vl_2b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl2BPeft() => RecipeList.Get("qwen35_vl_2b_peft");

    /// <summary>Upstream's <c>qwen35_vl_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl4BPeft() => RecipeList.Get("qwen35_vl_4b_peft");

    /// <summary>Upstream's <c>qwen35_vl_9b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl9BPeft() => RecipeList.Get("qwen35_vl_9b_peft");

    /// <summary>Upstream's <c>qwen35_vl_27b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl27BPeft() => RecipeList.Get("qwen35_vl_27b_peft");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BPeft() => RecipeList.Get("qwen35_vl_35b_a3b_peft");

    /// <summary>Upstream's <c>qwen35_vl_122b_a10b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl122BA10BPeft() => RecipeList.Get("qwen35_vl_122b_a10b_peft");

    /// <summary>Upstream's <c>qwen35_vl_397b_a17b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl397BA17BPeft() => RecipeList.Get("qwen35_vl_397b_a17b_peft");

    /// <summary>Upstream's <c>qwen35_vl_800m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl800MPeft() => RecipeList.Get("qwen35_vl_800m_peft");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_peft_16gpu_h100_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BPeft16GpuH100Bf16() => RecipeList.Get("qwen35_vl_35b_a3b_peft_16gpu_h100_bf16");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_sft_8gpu_gb200_bf16_functional_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BSft8GpuGb200Bf16Functional() => RecipeList.Get("qwen35_vl_35b_a3b_sft_8gpu_gb200_bf16_functional");

    /// <summary>Upstream's <c>qwen35_vl_2b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl2BSft() => RecipeList.Get("qwen35_vl_2b_sft");

    /// <summary>Upstream's <c>qwen35_vl_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl4BSft() => RecipeList.Get("qwen35_vl_4b_sft");

    /// <summary>Upstream's <c>qwen35_vl_9b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl9BSft() => RecipeList.Get("qwen35_vl_9b_sft");

    /// <summary>Upstream's <c>qwen35_vl_27b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl27BSft() => RecipeList.Get("qwen35_vl_27b_sft");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_fsdp_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BFsdpSft() => RecipeList.Get("qwen35_vl_35b_a3b_fsdp_sft");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BSft() => RecipeList.Get("qwen35_vl_35b_a3b_sft");

    /// <summary>Upstream's <c>qwen35_vl_122b_a10b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl122BA10BSft() => RecipeList.Get("qwen35_vl_122b_a10b_sft");

    /// <summary>Upstream's <c>qwen35_vl_397b_a17b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl397BA17BSft() => RecipeList.Get("qwen35_vl_397b_a17b_sft");

    /// <summary>Upstream's <c>qwen35_vl_800m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl800MSft() => RecipeList.Get("qwen35_vl_800m_sft");

    /// <summary>Upstream's <c>qwen35_vl_35b_a3b_sft_long_context_32gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen35Vl35BA3BSftLongContext32GpuH100Bf16() => RecipeList.Get("qwen35_vl_35b_a3b_sft_long_context_32gpu_h100_bf16");

    /// <summary>Qwen/Qwen3.5-0.8B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Vl800MPretrainMock() => RecipeList.Get("qwen35_vl_800m_pretrain_mock");

    /// <summary>Qwen/Qwen3.5-2B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Vl2BPretrainMock() => RecipeList.Get("qwen35_vl_2b_pretrain_mock");

    /// <summary>Qwen/Qwen3.5-4B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Vl4BPretrainMock() => RecipeList.Get("qwen35_vl_4b_pretrain_mock");
}
