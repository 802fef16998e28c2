// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of qwen2_audio.</summary>
public static class Qwen2AudioRecipes
{
    /// <summary>Upstream's <c>qwen2_audio_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2Audio7BPeft() => RecipeList.Get("qwen2_audio_7b_peft");

    /// <summary>Upstream's <c>qwen2_audio_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2Audio7BSft() => RecipeList.Get("qwen2_audio_7b_sft");
}
