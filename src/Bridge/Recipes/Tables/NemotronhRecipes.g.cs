// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotronh.</summary>
public static class NemotronhRecipes
{
    /// <summary>Upstream's <c>nemotronh_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh4BPeft() => RecipeList.Get("nemotronh_4b_peft");

    /// <summary>Upstream's <c>nemotronh_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh8BPeft() => RecipeList.Get("nemotronh_8b_peft");

    /// <summary>Upstream's <c>nemotronh_47b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh47BPeft() => RecipeList.Get("nemotronh_47b_peft");

    /// <summary>Upstream's <c>nemotronh_56b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh56BPeft() => RecipeList.Get("nemotronh_56b_peft");

    /// <summary>Upstream's <c>nemotronh_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh4BPretrain() => RecipeList.Get("nemotronh_4b_pretrain");

    /// <summary>Upstream's <c>nemotronh_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh8BPretrain() => RecipeList.Get("nemotronh_8b_pretrain");

    /// <summary>Upstream's <c>nemotronh_47b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh47BPretrain() => RecipeList.Get("nemotronh_47b_pretrain");

    /// <summary>Upstream's <c>nemotronh_56b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh56BPretrain() => RecipeList.Get("nemotronh_56b_pretrain");

    /// <summary>Upstream's <c>nemotronh_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh4BSft() => RecipeList.Get("nemotronh_4b_sft");

    /// <summary>Upstream's <c>nemotronh_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh8BSft() => RecipeList.Get("nemotronh_8b_sft");

    /// <summary>Upstream's <c>nemotronh_47b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh47BSft() => RecipeList.Get("nemotronh_47b_sft");

    /// <summary>Upstream's <c>nemotronh_56b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh56BSft() => RecipeList.Get("nemotronh_56b_sft");
}
