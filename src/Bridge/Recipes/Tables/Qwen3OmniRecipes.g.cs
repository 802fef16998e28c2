// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen3_omni.</summary>
public static class Qwen3OmniRecipes
{
    /// <summary>Upstream's <c>qwen3_omni_30b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Omni30BA3BSft() => RecipeList.Get("qwen3_omni_30b_a3b_sft");

    /// <summary>Upstream's <c>qwen3_omni_30b_a3b_sft_hf_json_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Omni30BA3BSftHfJson() => RecipeList.Get("qwen3_omni_30b_a3b_sft_hf_json");

    /// <summary>Qwen/Qwen3-Omni-30B-A3B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Omni30BA3BPretrainMock() => RecipeList.Get("qwen3_omni_30b_a3b_pretrain_mock");

    /// <summary>Qwen/Qwen3-Omni-30B-A3B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen3Omni30BA3BPeft() => RecipeList.Get("qwen3_omni_30b_a3b_peft");
}
