// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of llama.</summary>
public static class LlamaRecipes
{
    /// <summary>meta-llama/Llama-2-13b-hf, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_13BPretrain() => RecipeList.Get("llama_2_13b_pretrain");

    /// <summary>meta-llama/Llama-2-13b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_13BSft() => RecipeList.Get("llama_2_13b_sft");

    /// <summary>meta-llama/Llama-2-13b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_13BPeft() => RecipeList.Get("llama_2_13b_peft");

    /// <summary>meta-llama/Llama-2-70b-hf, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_70BPretrain() => RecipeList.Get("llama_2_70b_pretrain");

    /// <summary>meta-llama/Llama-2-70b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_70BSft() => RecipeList.Get("llama_2_70b_sft");

    /// <summary>meta-llama/Llama-2-70b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama2_70BPeft() => RecipeList.Get("llama_2_70b_peft");

    /// <summary>meta-llama/Llama-3.3-70B-Instruct, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3P3_70BPretrain() => RecipeList.Get("llama_3p3_70b_pretrain");

    /// <summary>meta-llama/Llama-3.3-70B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3P3_70BSft() => RecipeList.Get("llama_3p3_70b_sft");

    /// <summary>meta-llama/Llama-3.3-70B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3P3_70BPeft() => RecipeList.Get("llama_3p3_70b_peft");

    /// <summary>codellama/CodeLlama-7b-hf, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama7BPretrain() => RecipeList.Get("codellama_7b_pretrain");

    /// <summary>codellama/CodeLlama-7b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama7BSft() => RecipeList.Get("codellama_7b_sft");

    /// <summary>codellama/CodeLlama-7b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama7BPeft() => RecipeList.Get("codellama_7b_peft");

    /// <summary>codellama/CodeLlama-13b-hf, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama13BPretrain() => RecipeList.Get("codellama_13b_pretrain");

    /// <summary>codellama/CodeLlama-13b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama13BSft() => RecipeList.Get("codellama_13b_sft");

    /// <summary>codellama/CodeLlama-13b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama13BPeft() => RecipeList.Get("codellama_13b_peft");

    /// <summary>codellama/CodeLlama-34b-hf, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama34BPretrain() => RecipeList.Get("codellama_34b_pretrain");

    /// <summary>codellama/CodeLlama-34b-hf, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama34BSft() => RecipeList.Get("codellama_34b_sft");

    /// <summary>codellama/CodeLlama-34b-hf, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Codellama34BPeft() => RecipeList.Get("codellama_34b_peft");

    /// <summary>TinyLlama/TinyLlama-1.1B-Chat-v1.0, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Tinyllama1P1BChatPretrain() => RecipeList.Get("tinyllama_1p1b_chat_pretrain");

    /// <summary>TinyLlama/TinyLlama-1.1B-Chat-v1.0, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Tinyllama1P1BChatSft() => RecipeList.Get("tinyllama_1p1b_chat_sft");

    /// <summary>TinyLlama/TinyLlama-1.1B-Chat-v1.0, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Tinyllama1P1BChatPeft() => RecipeList.Get("tinyllama_1p1b_chat_peft");
}
