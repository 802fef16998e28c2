// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen25_vl.</summary>
public static class Qwen25VlRecipes
{
    /// <summary>Upstream's <c>qwen25_vl_3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25Vl3BPeft() => RecipeList.Get("qwen25_vl_3b_peft");

    /// <summary>Upstream's <c>qwen25_vl_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25Vl7BPeft() => RecipeList.Get("qwen25_vl_7b_peft");

    /// <summary>Upstream's <c>qwen25_vl_32b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25Vl32BPeft() => RecipeList.Get("qwen25_vl_32b_peft");

    /// <summary>Upstream's <c>qwen25_vl_72b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25Vl72BPeft() => RecipeList.Get("qwen25_vl_72b_peft");

    /// <summary>Upstream's <c>qwen25_vl_3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25Vl3BSft() => RecipeList.Get("qwen25_vl_3b_sft");

    /// <summary>Upstream's <c>qwen25_vl_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25Vl7BSft() => RecipeList.Get("qwen25_vl_7b_sft");

    /// <summary>Upstream's <c>qwen25_vl_32b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25Vl32BSft() => RecipeList.Get("qwen25_vl_32b_sft");

    /// <summary>Upstream's <c>qwen25_vl_72b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25Vl72BSft() => RecipeList.Get("qwen25_vl_72b_sft");

    /// <summary>Qwen/Qwen2.5-VL-3B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen25Vl3BPretrainMock() => RecipeList.Get("qwen25_vl_3b_pretrain_mock");

    /// <summary>Qwen/Qwen2.5-VL-7B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen25Vl7BPretrainMock() => RecipeList.Get("qwen25_vl_7b_pretrain_mock");

    /// <summary>Qwen/Qwen2.5-VL-32B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen25Vl32BPretrainMock() => RecipeList.Get("qwen25_vl_32b_pretrain_mock");

    /// <summary>Qwen/Qwen2.5-VL-72B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen25Vl72BPretrainMock() => RecipeList.Get("qwen25_vl_72b_pretrain_mock");
}
