// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen35.</summary>
public static class Qwen35Recipes
{
    /// <summary>Upstream's <c>qwen35_text_9b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen35Text9BPretrain() => RecipeList.Get("qwen35_text_9b_pretrain");

    /// <summary>Upstream's <c>qwen35_text_35b_a3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen35Text35BA3BPretrain() => RecipeList.Get("qwen35_text_35b_a3b_pretrain");

    /// <summary>Qwen/Qwen3.6-27B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_27BPretrainMock() => RecipeList.Get("qwen3p6_27b_pretrain_mock");

    /// <summary>Qwen/Qwen3.6-27B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_27BSft() => RecipeList.Get("qwen3p6_27b_sft");

    /// <summary>Qwen/Qwen3.6-27B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_27BPeft() => RecipeList.Get("qwen3p6_27b_peft");

    /// <summary>Qwen/Qwen3.6-35B-A3B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_35BA3BPretrainMock() => RecipeList.Get("qwen3p6_35b_a3b_pretrain_mock");

    /// <summary>Qwen/Qwen3.6-35B-A3B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_35BA3BSft() => RecipeList.Get("qwen3p6_35b_a3b_sft");

    /// <summary>Qwen/Qwen3.6-35B-A3B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3P6_35BA3BPeft() => RecipeList.Get("qwen3p6_35b_a3b_peft");

    /// <summary>Qwen/Qwen3.5-9B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Text9BSft() => RecipeList.Get("qwen35_text_9b_sft");

    /// <summary>Qwen/Qwen3.5-9B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Text9BPeft() => RecipeList.Get("qwen35_text_9b_peft");

    /// <summary>Qwen/Qwen3.5-35B-A3B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Text35BA3BSft() => RecipeList.Get("qwen35_text_35b_a3b_sft");

    /// <summary>Qwen/Qwen3.5-35B-A3B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen35Text35BA3BPeft() => RecipeList.Get("qwen35_text_35b_a3b_peft");
}
