// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gpt.</summary>
public static class GptRecipes
{
    /// <summary>openai-community/gpt2, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2Pretrain() => RecipeList.Get("gpt2_pretrain");

    /// <summary>openai-community/gpt2, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2Sft() => RecipeList.Get("gpt2_sft");

    /// <summary>openai-community/gpt2, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2Peft() => RecipeList.Get("gpt2_peft");

    /// <summary>openai-community/gpt2-medium, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2MediumPretrain() => RecipeList.Get("gpt2_medium_pretrain");

    /// <summary>openai-community/gpt2-medium, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2MediumSft() => RecipeList.Get("gpt2_medium_sft");

    /// <summary>openai-community/gpt2-medium, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2MediumPeft() => RecipeList.Get("gpt2_medium_peft");

    /// <summary>openai-community/gpt2-large, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2LargePretrain() => RecipeList.Get("gpt2_large_pretrain");

    /// <summary>openai-community/gpt2-large, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2LargeSft() => RecipeList.Get("gpt2_large_sft");

    /// <summary>openai-community/gpt2-large, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2LargePeft() => RecipeList.Get("gpt2_large_peft");

    /// <summary>openai-community/gpt2-xl, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2XlPretrain() => RecipeList.Get("gpt2_xl_pretrain");

    /// <summary>openai-community/gpt2-xl, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2XlSft() => RecipeList.Get("gpt2_xl_sft");

    /// <summary>openai-community/gpt2-xl, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Gpt2XlPeft() => RecipeList.Get("gpt2_xl_peft");

    /// <summary>EleutherAI/pythia-160m, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia160MPretrain() => RecipeList.Get("pythia_160m_pretrain");

    /// <summary>EleutherAI/pythia-160m, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia160MSft() => RecipeList.Get("pythia_160m_sft");

    /// <summary>EleutherAI/pythia-160m, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia160MPeft() => RecipeList.Get("pythia_160m_peft");

    /// <summary>EleutherAI/pythia-410m, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia410MPretrain() => RecipeList.Get("pythia_410m_pretrain");

    /// <summary>EleutherAI/pythia-410m, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia410MSft() => RecipeList.Get("pythia_410m_sft");

    /// <summary>EleutherAI/pythia-410m, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia410MPeft() => RecipeList.Get("pythia_410m_peft");

    /// <summary>EleutherAI/pythia-1b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1BPretrain() => RecipeList.Get("pythia_1b_pretrain");

    /// <summary>EleutherAI/pythia-1b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1BSft() => RecipeList.Get("pythia_1b_sft");

    /// <summary>EleutherAI/pythia-1b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1BPeft() => RecipeList.Get("pythia_1b_peft");

    /// <summary>EleutherAI/pythia-1.4b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1P4BPretrain() => RecipeList.Get("pythia_1p4b_pretrain");

    /// <summary>EleutherAI/pythia-1.4b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1P4BSft() => RecipeList.Get("pythia_1p4b_sft");

    /// <summary>EleutherAI/pythia-1.4b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia1P4BPeft() => RecipeList.Get("pythia_1p4b_peft");

    /// <summary>EleutherAI/pythia-2.8b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia2P8BPretrain() => RecipeList.Get("pythia_2p8b_pretrain");

    /// <summary>EleutherAI/pythia-2.8b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia2P8BSft() => RecipeList.Get("pythia_2p8b_sft");

    /// <summary>EleutherAI/pythia-2.8b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia2P8BPeft() => RecipeList.Get("pythia_2p8b_peft");

    /// <summary>EleutherAI/pythia-6.9b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia6P9BPretrain() => RecipeList.Get("pythia_6p9b_pretrain");

    /// <summary>EleutherAI/pythia-6.9b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia6P9BSft() => RecipeList.Get("pythia_6p9b_sft");

    /// <summary>EleutherAI/pythia-6.9b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia6P9BPeft() => RecipeList.Get("pythia_6p9b_peft");

    /// <summary>EleutherAI/pythia-12b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia12BPretrain() => RecipeList.Get("pythia_12b_pretrain");

    /// <summary>EleutherAI/pythia-12b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia12BSft() => RecipeList.Get("pythia_12b_sft");

    /// <summary>EleutherAI/pythia-12b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Pythia12BPeft() => RecipeList.Get("pythia_12b_peft");

    /// <summary>EleutherAI/gpt-neox-20b, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe GptNeox20BPretrain() => RecipeList.Get("gpt_neox_20b_pretrain");

    /// <summary>EleutherAI/gpt-neox-20b, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe GptNeox20BSft() => RecipeList.Get("gpt_neox_20b_sft");

    /// <summary>EleutherAI/gpt-neox-20b, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe GptNeox20BPeft() => RecipeList.Get("gpt_neox_20b_peft");
}
