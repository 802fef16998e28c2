// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of ernie.</summary>
public static class ErnieRecipes
{
    /// <summary>baidu/ERNIE-4.5-21B-A3B-PT, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_21BA3BPretrain() => RecipeList.Get("ernie_4p5_21b_a3b_pretrain");

    /// <summary>baidu/ERNIE-4.5-21B-A3B-PT, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_21BA3BSft() => RecipeList.Get("ernie_4p5_21b_a3b_sft");

    /// <summary>baidu/ERNIE-4.5-21B-A3B-PT, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_21BA3BPeft() => RecipeList.Get("ernie_4p5_21b_a3b_peft");

    /// <summary>baidu/ERNIE-4.5-300B-A47B-PT, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_300BA47BPretrain() => RecipeList.Get("ernie_4p5_300b_a47b_pretrain");

    /// <summary>baidu/ERNIE-4.5-300B-A47B-PT, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_300BA47BSft() => RecipeList.Get("ernie_4p5_300b_a47b_sft");

    /// <summary>baidu/ERNIE-4.5-300B-A47B-PT, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5_300BA47BPeft() => RecipeList.Get("ernie_4p5_300b_a47b_peft");

    /// <summary>baidu/ERNIE-4.5-VL-28B-A3B-Instruct, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5Vl28BA3BSft() => RecipeList.Get("ernie_4p5_vl_28b_a3b_sft");

    /// <summary>baidu/ERNIE-4.5-VL-28B-A3B-Instruct, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Ernie4P5Vl28BA3BPeft() => RecipeList.Get("ernie_4p5_vl_28b_a3b_peft");
}
