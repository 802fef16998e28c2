// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of deepseek_v4.</summary>
public static class DeepseekV4Recipes
{
    /// <summary>Upstream's <c>deepseek_v4_flash_no_mtp_sft_config</c>: all weights, on examples.</summary>
    public static Recipe DeepseekV4FlashNoMtpSft() => RecipeList.Get("deepseek_v4_flash_no_mtp_sft");

    /// <summary>Upstream's <c>deepseek_v4_flash_sft_config</c>: all weights, on examples.</summary>
    public static Recipe DeepseekV4FlashSft() => RecipeList.Get("deepseek_v4_flash_sft");

    /// <summary>Upstream's <c>deepseek_v4_flash_sft_openmath_thinking_packed_config</c>: all weights, on examples.</summary>
    public static Recipe DeepseekV4FlashSftOpenmathThinkingPacked() => RecipeList.Get("deepseek_v4_flash_sft_openmath_thinking_packed");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrain() => RecipeList.Get("deepseek_v4_flash_pretrain");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_gb200_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrainGb200() => RecipeList.Get("deepseek_v4_flash_pretrain_gb200");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_muon_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrainMuon() => RecipeList.Get("deepseek_v4_flash_pretrain_muon");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_muon_gb200_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrainMuonGb200() => RecipeList.Get("deepseek_v4_flash_pretrain_muon_gb200");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_mxfp8_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrainMxfp8() => RecipeList.Get("deepseek_v4_flash_pretrain_mxfp8");

    /// <summary>Upstream's <c>deepseek_v4_flash_pretrain_mxfp8_gb200_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4FlashPretrainMxfp8Gb200() => RecipeList.Get("deepseek_v4_flash_pretrain_mxfp8_gb200");

    /// <summary>Upstream's <c>deepseek_v4_pro_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4ProPretrain() => RecipeList.Get("deepseek_v4_pro_pretrain");

    /// <summary>Upstream's <c>deepseek_v4_pro_pretrain_mxfp8_config</c>: from the first token.</summary>
    public static Recipe DeepseekV4ProPretrainMxfp8() => RecipeList.Get("deepseek_v4_pro_pretrain_mxfp8");

    /// <summary>deepseek-ai/DeepSeek-V4-Flash, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV4FlashPeft() => RecipeList.Get("deepseek_v4_flash_peft");

    /// <summary>deepseek-ai/DeepSeek-V4-Pro, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV4ProSft() => RecipeList.Get("deepseek_v4_pro_sft");

    /// <summary>deepseek-ai/DeepSeek-V4-Pro, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe DeepseekV4ProPeft() => RecipeList.Get("deepseek_v4_pro_peft");
}
