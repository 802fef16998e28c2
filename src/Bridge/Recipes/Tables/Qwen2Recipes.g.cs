// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen2.</summary>
public static class Qwen2Recipes
{
    /// <summary>Upstream's <c>qwen2_1p5b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_1P5BPeft() => RecipeList.Get("qwen2_1p5b_peft");

    /// <summary>Upstream's <c>qwen2_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_7BPeft() => RecipeList.Get("qwen2_7b_peft");

    /// <summary>Upstream's <c>qwen2_72b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_72BPeft() => RecipeList.Get("qwen2_72b_peft");

    /// <summary>Upstream's <c>qwen2_500m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_500MPeft() => RecipeList.Get("qwen2_500m_peft");

    /// <summary>Upstream's <c>qwen25_1p5b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_1P5BPeft() => RecipeList.Get("qwen25_1p5b_peft");

    /// <summary>Upstream's <c>qwen25_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_7BPeft() => RecipeList.Get("qwen25_7b_peft");

    /// <summary>Upstream's <c>qwen25_14b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_14BPeft() => RecipeList.Get("qwen25_14b_peft");

    /// <summary>Upstream's <c>qwen25_32b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_32BPeft() => RecipeList.Get("qwen25_32b_peft");

    /// <summary>Upstream's <c>qwen25_72b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_72BPeft() => RecipeList.Get("qwen25_72b_peft");

    /// <summary>Upstream's <c>qwen25_500m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_500MPeft() => RecipeList.Get("qwen25_500m_peft");

    /// <summary>Upstream's <c>qwen2_1p5b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_1P5BPretrain() => RecipeList.Get("qwen2_1p5b_pretrain");

    /// <summary>Upstream's <c>qwen2_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_7BPretrain() => RecipeList.Get("qwen2_7b_pretrain");

    /// <summary>Upstream's <c>qwen2_72b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_72BPretrain() => RecipeList.Get("qwen2_72b_pretrain");

    /// <summary>Upstream's <c>qwen2_500m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_500MPretrain() => RecipeList.Get("qwen2_500m_pretrain");

    /// <summary>Upstream's <c>qwen25_1p5b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_1P5BPretrain() => RecipeList.Get("qwen25_1p5b_pretrain");

    /// <summary>Upstream's <c>qwen25_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_7BPretrain() => RecipeList.Get("qwen25_7b_pretrain");

    /// <summary>Upstream's <c>qwen25_14b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_14BPretrain() => RecipeList.Get("qwen25_14b_pretrain");

    /// <summary>Upstream's <c>qwen25_32b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_32BPretrain() => RecipeList.Get("qwen25_32b_pretrain");

    /// <summary>Upstream's <c>qwen25_72b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_72BPretrain() => RecipeList.Get("qwen25_72b_pretrain");

    /// <summary>Upstream's <c>qwen25_500m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_500MPretrain() => RecipeList.Get("qwen25_500m_pretrain");

    /// <summary>Upstream's <c>qwen2_1p5b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_1P5BSft() => RecipeList.Get("qwen2_1p5b_sft");

    /// <summary>Upstream's <c>qwen2_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_7BSft() => RecipeList.Get("qwen2_7b_sft");

    /// <summary>Upstream's <c>qwen2_72b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_72BSft() => RecipeList.Get("qwen2_72b_sft");

    /// <summary>Upstream's <c>qwen2_500m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_500MSft() => RecipeList.Get("qwen2_500m_sft");

    /// <summary>Upstream's <c>qwen25_1p5b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_1P5BSft() => RecipeList.Get("qwen25_1p5b_sft");

    /// <summary>Upstream's <c>qwen25_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_7BSft() => RecipeList.Get("qwen25_7b_sft");

    /// <summary>Upstream's <c>qwen25_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_14BSft() => RecipeList.Get("qwen25_14b_sft");

    /// <summary>Upstream's <c>qwen25_32b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_32BSft() => RecipeList.Get("qwen25_32b_sft");

    /// <summary>Upstream's <c>qwen25_72b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_72BSft() => RecipeList.Get("qwen25_72b_sft");

    /// <summary>Upstream's <c>qwen25_500m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_500MSft() => RecipeList.Get("qwen25_500m_sft");

    /// <summary>Qwen/Qwen2.5-3B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2P5_3BPretrain() => RecipeList.Get("qwen2p5_3b_pretrain");

    /// <summary>Qwen/Qwen2.5-3B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2P5_3BSft() => RecipeList.Get("qwen2p5_3b_sft");

    /// <summary>Qwen/Qwen2.5-3B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2P5_3BPeft() => RecipeList.Get("qwen2p5_3b_peft");

    /// <summary>Qwen/Qwen1.5-MoE-A2.7B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen1P5MoeA2P7BPretrain() => RecipeList.Get("qwen1p5_moe_a2p7b_pretrain");

    /// <summary>Qwen/Qwen1.5-MoE-A2.7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen1P5MoeA2P7BSft() => RecipeList.Get("qwen1p5_moe_a2p7b_sft");

    /// <summary>Qwen/Qwen1.5-MoE-A2.7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen1P5MoeA2P7BPeft() => RecipeList.Get("qwen1p5_moe_a2p7b_peft");

    /// <summary>Qwen/Qwen2-57B-A14B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2_57BA14BPretrain() => RecipeList.Get("qwen2_57b_a14b_pretrain");

    /// <summary>Qwen/Qwen2-57B-A14B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2_57BA14BSft() => RecipeList.Get("qwen2_57b_a14b_sft");

    /// <summary>Qwen/Qwen2-57B-A14B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Qwen2_57BA14BPeft() => RecipeList.Get("qwen2_57b_a14b_peft");
}
