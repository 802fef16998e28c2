// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of gpt_oss.</summary>
public static class GptOssRecipes
{
    /// <summary>Upstream's <c>gpt_oss_20b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeft() => RecipeList.Get("gpt_oss_20b_peft");

    /// <summary>Upstream's <c>gpt_oss_20b_peft_1gpu_h100_fp8cs_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeft1GpuH100Fp8Cs() => RecipeList.Get("gpt_oss_20b_peft_1gpu_h100_fp8cs");

    /// <summary>Upstream's <c>gpt_oss_20b_peft_mxfp8_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeftMxfp8() => RecipeList.Get("gpt_oss_20b_peft_mxfp8");

    /// <summary>Upstream's <c>gpt_oss_120b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss120BPeft() => RecipeList.Get("gpt_oss_120b_peft");

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrain() => RecipeList.Get("gpt_oss_20b_pretrain");

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_16gpu_h100_fp8cs_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrain16GpuH100Fp8Cs() => RecipeList.Get("gpt_oss_20b_pretrain_16gpu_h100_fp8cs");

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_mxfp8_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrainMxfp8() => RecipeList.Get("gpt_oss_20b_pretrain_mxfp8");

    /// <summary>Upstream's <c>gpt_oss_120b_pretrain_config</c>: from the first token.</summary>
    public static Recipe GptOss120BPretrain() => RecipeList.Get("gpt_oss_120b_pretrain");

    /// <summary>Upstream's <c>gpt_oss_20b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft32K() => RecipeList.Get("gpt_oss_20b_sft_32k");

    /// <summary>Upstream's <c>gpt_oss_20b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft() => RecipeList.Get("gpt_oss_20b_sft");

    /// <summary>Upstream's <c>gpt_oss_20b_sft_8gpu_h100_fp8cs_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft8GpuH100Fp8Cs() => RecipeList.Get("gpt_oss_20b_sft_8gpu_h100_fp8cs");

    /// <summary>Upstream's <c>gpt_oss_20b_sft_mxfp8_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSftMxfp8() => RecipeList.Get("gpt_oss_20b_sft_mxfp8");

    /// <summary>Upstream's <c>gpt_oss_20b_sft_openmathinstruct2_thinking_packed_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSftOpenmathinstruct2ThinkingPacked() => RecipeList.Get("gpt_oss_20b_sft_openmathinstruct2_thinking_packed");

    /// <summary>Upstream's <c>gpt_oss_120b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss120BSft32K() => RecipeList.Get("gpt_oss_120b_sft_32k");

    /// <summary>Upstream's <c>gpt_oss_120b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss120BSft() => RecipeList.Get("gpt_oss_120b_sft");
}
