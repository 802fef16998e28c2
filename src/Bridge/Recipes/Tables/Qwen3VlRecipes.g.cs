// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen3_vl.</summary>
public static class Qwen3VlRecipes
{
    /// <summary>Upstream's <c>qwen3_vl_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3Vl8BPeft() => RecipeList.Get("qwen3_vl_8b_peft");

    /// <summary>Upstream's <c>qwen3_vl_8b_peft_energon_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3Vl8BPeftEnergon() => RecipeList.Get("qwen3_vl_8b_peft_energon");

    /// <summary>Upstream's <c>qwen3_vl_30b_a3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3Vl30BA3BPeft() => RecipeList.Get("qwen3_vl_30b_a3b_peft");

    /// <summary>Upstream's <c>qwen3_vl_235b_a22b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3Vl235BA22BPeft() => RecipeList.Get("qwen3_vl_235b_a22b_peft");

    /// <summary>Upstream's <c>qwen3_vl_8b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen3Vl8BPretrainMock() => RecipeList.Get("qwen3_vl_8b_pretrain_mock");

    /// <summary>Upstream's <c>qwen3_vl_30b_a3b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen3Vl30BA3BPretrainMock() => RecipeList.Get("qwen3_vl_30b_a3b_pretrain_mock");

    /// <summary>Upstream's <c>qwen3_vl_235b_a22b_pretrain_mock_config</c>: from the first token.</summary>
    public static Recipe Qwen3Vl235BA22BPretrainMock() => RecipeList.Get("qwen3_vl_235b_a22b_pretrain_mock");

    /// <summary>Upstream's <c>qwen3_vl_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Vl8BSft() => RecipeList.Get("qwen3_vl_8b_sft");

    /// <summary>Upstream's <c>qwen3_vl_30b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Vl30BA3BSft() => RecipeList.Get("qwen3_vl_30b_a3b_sft");

    /// <summary>Upstream's <c>qwen3_vl_235b_a22b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Vl235BA22BSft() => RecipeList.Get("qwen3_vl_235b_a22b_sft");
}
