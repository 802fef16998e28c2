// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of wan.</summary>
public static class WanRecipes
{
    /// <summary>Upstream's <c>wan_1_3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Wan1_3BPretrain() => RecipeList.Get("wan_1_3b_pretrain");

    /// <summary>Upstream's <c>wan_1_3b_text2image_pretrain_config</c>: from the first token.</summary>
    public static Recipe Wan1_3BText2ImagePretrain() => RecipeList.Get("wan_1_3b_text2image_pretrain");

    /// <summary>Upstream's <c>wan_1_3b_text2video_pretrain_config</c>: from the first token.</summary>
    public static Recipe Wan1_3BText2VideoPretrain() => RecipeList.Get("wan_1_3b_text2video_pretrain");

    /// <summary>Upstream's <c>wan_14b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Wan14BPretrain() => RecipeList.Get("wan_14b_pretrain");

    /// <summary>Upstream's <c>wan_1_3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Wan1_3BSft() => RecipeList.Get("wan_1_3b_sft");

    /// <summary>Upstream's <c>wan_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Wan14BSft() => RecipeList.Get("wan_14b_sft");
}
