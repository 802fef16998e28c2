// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_3_ultra.</summary>
public static class Nemotron3UltraRecipes
{
    /// <summary>Upstream's <c>nemotron_3_ultra_peft_openmathinstruct2_packed_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3UltraPeftOpenmathinstruct2Packed() => RecipeList.Get("nemotron_3_ultra_peft_openmathinstruct2_packed");

    /// <summary>Upstream's <c>nemotron_3_ultra_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3UltraPretrain() => RecipeList.Get("nemotron_3_ultra_pretrain");

    /// <summary>Upstream's <c>nemotron_3_ultra_sft_openmathinstruct2_packed_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3UltraSftOpenmathinstruct2Packed() => RecipeList.Get("nemotron_3_ultra_sft_openmathinstruct2_packed");
}
