// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_3_nano_4b.</summary>
public static class Nemotron3Nano4BRecipes
{
    /// <summary>Upstream's <c>nemotron_3_nano_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3Nano4BPeft() => RecipeList.Get("nemotron_3_nano_4b_peft");

    /// <summary>Upstream's <c>nemotron_3_nano_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3Nano4BPretrain() => RecipeList.Get("nemotron_3_nano_4b_pretrain");

    /// <summary>Upstream's <c>nemotron_3_nano_4b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3Nano4BSft32K() => RecipeList.Get("nemotron_3_nano_4b_sft_32k");

    /// <summary>Upstream's <c>nemotron_3_nano_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3Nano4BSft() => RecipeList.Get("nemotron_3_nano_4b_sft");
}
