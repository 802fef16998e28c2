// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen_vl.</summary>
public static class QwenVlRecipes
{
    /// <summary>Qwen/Qwen3-VL-2B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl2BPretrainMock() => RecipeList.Get("qwen3_vl_2b_pretrain_mock");

    /// <summary>Qwen/Qwen3-VL-2B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl2BSft() => RecipeList.Get("qwen3_vl_2b_sft");

    /// <summary>Qwen/Qwen3-VL-2B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl2BPeft() => RecipeList.Get("qwen3_vl_2b_peft");

    /// <summary>Qwen/Qwen3-VL-4B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl4BPretrainMock() => RecipeList.Get("qwen3_vl_4b_pretrain_mock");

    /// <summary>Qwen/Qwen3-VL-4B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl4BSft() => RecipeList.Get("qwen3_vl_4b_sft");

    /// <summary>Qwen/Qwen3-VL-4B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl4BPeft() => RecipeList.Get("qwen3_vl_4b_peft");

    /// <summary>Qwen/Qwen3-VL-32B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl32BPretrainMock() => RecipeList.Get("qwen3_vl_32b_pretrain_mock");

    /// <summary>Qwen/Qwen3-VL-32B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl32BSft() => RecipeList.Get("qwen3_vl_32b_sft");

    /// <summary>Qwen/Qwen3-VL-32B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Vl32BPeft() => RecipeList.Get("qwen3_vl_32b_peft");
}
