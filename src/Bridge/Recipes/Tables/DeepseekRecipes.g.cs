// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of deepseek.</summary>
public static class DeepseekRecipes
{
    /// <summary>deepseek-ai/DeepSeek-R1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1Pretrain() => RecipeList.Get("deepseek_r1_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1Sft() => RecipeList.Get("deepseek_r1_sft");

    /// <summary>deepseek-ai/DeepSeek-R1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1Peft() => RecipeList.Get("deepseek_r1_peft");

    /// <summary>deepseek-ai/deepseek-llm-7b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm7BPretrain() => RecipeList.Get("deepseek_llm_7b_pretrain");

    /// <summary>deepseek-ai/deepseek-llm-7b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm7BSft() => RecipeList.Get("deepseek_llm_7b_sft");

    /// <summary>deepseek-ai/deepseek-llm-7b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm7BPeft() => RecipeList.Get("deepseek_llm_7b_peft");

    /// <summary>deepseek-ai/deepseek-llm-67b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm67BPretrain() => RecipeList.Get("deepseek_llm_67b_pretrain");

    /// <summary>deepseek-ai/deepseek-llm-67b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm67BSft() => RecipeList.Get("deepseek_llm_67b_sft");

    /// <summary>deepseek-ai/deepseek-llm-67b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekLlm67BPeft() => RecipeList.Get("deepseek_llm_67b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-8B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama8BPretrain() => RecipeList.Get("deepseek_r1_distill_llama_8b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-8B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama8BSft() => RecipeList.Get("deepseek_r1_distill_llama_8b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-8B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama8BPeft() => RecipeList.Get("deepseek_r1_distill_llama_8b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-70B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama70BPretrain() => RecipeList.Get("deepseek_r1_distill_llama_70b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-70B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama70BSft() => RecipeList.Get("deepseek_r1_distill_llama_70b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Llama-70B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillLlama70BPeft() => RecipeList.Get("deepseek_r1_distill_llama_70b_peft");

    /// <summary>deepseek-ai/deepseek-coder-6.7b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder6P7BPretrain() => RecipeList.Get("deepseek_coder_6p7b_pretrain");

    /// <summary>deepseek-ai/deepseek-coder-6.7b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder6P7BSft() => RecipeList.Get("deepseek_coder_6p7b_sft");

    /// <summary>deepseek-ai/deepseek-coder-6.7b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder6P7BPeft() => RecipeList.Get("deepseek_coder_6p7b_peft");

    /// <summary>deepseek-ai/deepseek-coder-33b-base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder33BPretrain() => RecipeList.Get("deepseek_coder_33b_pretrain");

    /// <summary>deepseek-ai/deepseek-coder-33b-base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder33BSft() => RecipeList.Get("deepseek_coder_33b_sft");

    /// <summary>deepseek-ai/deepseek-coder-33b-base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekCoder33BPeft() => RecipeList.Get("deepseek_coder_33b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen1P5BPretrain() => RecipeList.Get("deepseek_r1_distill_qwen_1p5b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen1P5BSft() => RecipeList.Get("deepseek_r1_distill_qwen_1p5b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen1P5BPeft() => RecipeList.Get("deepseek_r1_distill_qwen_1p5b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-7B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen7BPretrain() => RecipeList.Get("deepseek_r1_distill_qwen_7b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-7B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen7BSft() => RecipeList.Get("deepseek_r1_distill_qwen_7b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-7B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen7BPeft() => RecipeList.Get("deepseek_r1_distill_qwen_7b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-14B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen14BPretrain() => RecipeList.Get("deepseek_r1_distill_qwen_14b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-14B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen14BSft() => RecipeList.Get("deepseek_r1_distill_qwen_14b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-14B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen14BPeft() => RecipeList.Get("deepseek_r1_distill_qwen_14b_peft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-32B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen32BPretrain() => RecipeList.Get("deepseek_r1_distill_qwen_32b_pretrain");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-32B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen32BSft() => RecipeList.Get("deepseek_r1_distill_qwen_32b_sft");

    /// <summary>deepseek-ai/DeepSeek-R1-Distill-Qwen-32B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekR1DistillQwen32BPeft() => RecipeList.Get("deepseek_r1_distill_qwen_32b_peft");
}
