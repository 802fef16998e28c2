// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of mistral.</summary>
public static class MistralRecipes
{
    /// <summary>mistralai/Ministral-3-3B-Base-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_3BPretrainMock() => RecipeList.Get("ministral_3_3b_pretrain_mock");

    /// <summary>mistralai/Ministral-3-3B-Base-2512, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_3BSft() => RecipeList.Get("ministral_3_3b_sft");

    /// <summary>mistralai/Ministral-3-3B-Base-2512, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_3BPeft() => RecipeList.Get("ministral_3_3b_peft");

    /// <summary>mistralai/Ministral-3-8B-Base-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_8BPretrainMock() => RecipeList.Get("ministral_3_8b_pretrain_mock");

    /// <summary>mistralai/Ministral-3-8B-Base-2512, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_8BSft() => RecipeList.Get("ministral_3_8b_sft");

    /// <summary>mistralai/Ministral-3-8B-Base-2512, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_8BPeft() => RecipeList.Get("ministral_3_8b_peft");

    /// <summary>mistralai/Ministral-3-14B-Base-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_14BPretrainMock() => RecipeList.Get("ministral_3_14b_pretrain_mock");

    /// <summary>mistralai/Ministral-3-14B-Base-2512, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_14BSft() => RecipeList.Get("ministral_3_14b_sft");

    /// <summary>mistralai/Ministral-3-14B-Base-2512, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral3_14BPeft() => RecipeList.Get("ministral_3_14b_peft");

    /// <summary>mistralai/Devstral-Small-2-24B-Instruct-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmall2_24BPretrainMock() => RecipeList.Get("devstral_small_2_24b_pretrain_mock");

    /// <summary>mistralai/Devstral-Small-2-24B-Instruct-2512, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmall2_24BSft() => RecipeList.Get("devstral_small_2_24b_sft");

    /// <summary>mistralai/Devstral-Small-2-24B-Instruct-2512, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmall2_24BPeft() => RecipeList.Get("devstral_small_2_24b_peft");

    /// <summary>mistralai/Mistral-7B-v0.3, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Mistral7BPretrain() => RecipeList.Get("mistral_7b_pretrain");

    /// <summary>mistralai/Mistral-7B-v0.3, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mistral7BSft() => RecipeList.Get("mistral_7b_sft");

    /// <summary>mistralai/Mistral-7B-v0.3, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mistral7BPeft() => RecipeList.Get("mistral_7b_peft");

    /// <summary>mistralai/Mistral-Nemo-Base-2407, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MistralNemoPretrain() => RecipeList.Get("mistral_nemo_pretrain");

    /// <summary>mistralai/Mistral-Nemo-Base-2407, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralNemoSft() => RecipeList.Get("mistral_nemo_sft");

    /// <summary>mistralai/Mistral-Nemo-Base-2407, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralNemoPeft() => RecipeList.Get("mistral_nemo_peft");

    /// <summary>mistralai/Mistral-Small-24B-Base-2501, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall24BPretrain() => RecipeList.Get("mistral_small_24b_pretrain");

    /// <summary>mistralai/Mistral-Small-24B-Base-2501, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall24BSft() => RecipeList.Get("mistral_small_24b_sft");

    /// <summary>mistralai/Mistral-Small-24B-Base-2501, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall24BPeft() => RecipeList.Get("mistral_small_24b_peft");

    /// <summary>mistralai/Mistral-Large-Instruct-2407, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MistralLargePretrain() => RecipeList.Get("mistral_large_pretrain");

    /// <summary>mistralai/Mistral-Large-Instruct-2407, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralLargeSft() => RecipeList.Get("mistral_large_sft");

    /// <summary>mistralai/Mistral-Large-Instruct-2407, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralLargePeft() => RecipeList.Get("mistral_large_peft");

    /// <summary>mistralai/Ministral-8B-Instruct-2410, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral8BPretrain() => RecipeList.Get("ministral_8b_pretrain");

    /// <summary>mistralai/Ministral-8B-Instruct-2410, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral8BSft() => RecipeList.Get("ministral_8b_sft");

    /// <summary>mistralai/Ministral-8B-Instruct-2410, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ministral8BPeft() => RecipeList.Get("ministral_8b_peft");

    /// <summary>mistralai/Codestral-22B-v0.1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Codestral22BPretrain() => RecipeList.Get("codestral_22b_pretrain");

    /// <summary>mistralai/Codestral-22B-v0.1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codestral22BSft() => RecipeList.Get("codestral_22b_sft");

    /// <summary>mistralai/Codestral-22B-v0.1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codestral22BPeft() => RecipeList.Get("codestral_22b_peft");

    /// <summary>mistralai/Devstral-Small-2507, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmallPretrain() => RecipeList.Get("devstral_small_pretrain");

    /// <summary>mistralai/Devstral-Small-2507, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmallSft() => RecipeList.Get("devstral_small_sft");

    /// <summary>mistralai/Devstral-Small-2507, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DevstralSmallPeft() => RecipeList.Get("devstral_small_peft");

    /// <summary>mistralai/Mixtral-8x7B-v0.1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X7BPretrain() => RecipeList.Get("mixtral_8x7b_pretrain");

    /// <summary>mistralai/Mixtral-8x7B-v0.1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X7BSft() => RecipeList.Get("mixtral_8x7b_sft");

    /// <summary>mistralai/Mixtral-8x7B-v0.1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X7BPeft() => RecipeList.Get("mixtral_8x7b_peft");

    /// <summary>mistralai/Mixtral-8x22B-v0.1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X22BPretrain() => RecipeList.Get("mixtral_8x22b_pretrain");

    /// <summary>mistralai/Mixtral-8x22B-v0.1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X22BSft() => RecipeList.Get("mixtral_8x22b_sft");

    /// <summary>mistralai/Mixtral-8x22B-v0.1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Mixtral8X22BPeft() => RecipeList.Get("mixtral_8x22b_peft");

    /// <summary>mistralai/Devstral-2-123B-Instruct-2512, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Devstral2_123BPretrain() => RecipeList.Get("devstral_2_123b_pretrain");

    /// <summary>mistralai/Devstral-2-123B-Instruct-2512, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Devstral2_123BSft() => RecipeList.Get("devstral_2_123b_sft");

    /// <summary>mistralai/Devstral-2-123B-Instruct-2512, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Devstral2_123BPeft() => RecipeList.Get("devstral_2_123b_peft");

    /// <summary>mistralai/Mistral-Small-3.1-24B-Base-2503, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall3P1_24BPretrainMock() => RecipeList.Get("mistral_small_3p1_24b_pretrain_mock");

    /// <summary>mistralai/Mistral-Small-3.1-24B-Base-2503, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall3P1_24BSft() => RecipeList.Get("mistral_small_3p1_24b_sft");

    /// <summary>mistralai/Mistral-Small-3.1-24B-Base-2503, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe MistralSmall3P1_24BPeft() => RecipeList.Get("mistral_small_3p1_24b_peft");
}
