// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of ministral3.</summary>
public static class Ministral3Recipes
{
    /// <summary>Upstream's <c>ministral3_3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Ministral3_3BPeft() => RecipeList.Get("ministral3_3b_peft");

    /// <summary>Upstream's <c>ministral3_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Ministral3_8BPeft() => RecipeList.Get("ministral3_8b_peft");

    /// <summary>Upstream's <c>ministral3_14b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Ministral3_14BPeft() => RecipeList.Get("ministral3_14b_peft");

    /// <summary>Upstream's <c>ministral3_3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Ministral3_3BSft() => RecipeList.Get("ministral3_3b_sft");

    /// <summary>Upstream's <c>ministral3_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Ministral3_8BSft() => RecipeList.Get("ministral3_8b_sft");

    /// <summary>Upstream's <c>ministral3_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Ministral3_14BSft() => RecipeList.Get("ministral3_14b_sft");

    /// <summary>mistralai/Ministral-3-3B-Instruct-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_3BPretrainMock() => RecipeList.Get("ministral3_3b_pretrain_mock");

    /// <summary>mistralai/Ministral-3-8B-Instruct-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_8BPretrainMock() => RecipeList.Get("ministral3_8b_pretrain_mock");

    /// <summary>mistralai/Ministral-3-14B-Instruct-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_14BPretrainMock() => RecipeList.Get("ministral3_14b_pretrain_mock");
}
