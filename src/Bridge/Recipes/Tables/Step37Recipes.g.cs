// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of step37.</summary>
public static class Step37Recipes
{
    /// <summary>Upstream's <c>step37_sft_flickr8k_config</c>: all weights, on examples.</summary>
    public static Recipe Step37SftFlickr8K() => RecipeList.Get("step37_sft_flickr8k");

    /// <summary>Upstream's <c>step37_sft_flickr8k_smoke_config</c>: all weights, on examples.</summary>
    public static Recipe Step37SftFlickr8KSmoke() => RecipeList.Get("step37_sft_flickr8k_smoke");

    /// <summary>stepfun-ai/Step-3.7-Flash, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Step37Peft() => RecipeList.Get("step37_peft");
}
