// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gemma3_vl.</summary>
public static class Gemma3VlRecipes
{
    /// <summary>Upstream's <c>gemma3_vl_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma3Vl4BPeft() => RecipeList.Get("gemma3_vl_4b_peft");

    /// <summary>Upstream's <c>gemma3_vl_12b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma3Vl12BPeft() => RecipeList.Get("gemma3_vl_12b_peft");

    /// <summary>Upstream's <c>gemma3_vl_27b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma3Vl27BPeft() => RecipeList.Get("gemma3_vl_27b_peft");

    /// <summary>Upstream's <c>gemma3_vl_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma3Vl4BSft() => RecipeList.Get("gemma3_vl_4b_sft");

    /// <summary>Upstream's <c>gemma3_vl_12b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma3Vl12BSft() => RecipeList.Get("gemma3_vl_12b_sft");

    /// <summary>Upstream's <c>gemma3_vl_27b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma3Vl27BSft() => RecipeList.Get("gemma3_vl_27b_sft");

    /// <summary>google/gemma-3-4b-it, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3Vl4BPretrainMock() => RecipeList.Get("gemma3_vl_4b_pretrain_mock");

    /// <summary>google/gemma-3-12b-it, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3Vl12BPretrainMock() => RecipeList.Get("gemma3_vl_12b_pretrain_mock");

    /// <summary>google/gemma-3-27b-it, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gemma3Vl27BPretrainMock() => RecipeList.Get("gemma3_vl_27b_pretrain_mock");
}
