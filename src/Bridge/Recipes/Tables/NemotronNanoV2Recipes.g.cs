// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_nano_v2.</summary>
public static class NemotronNanoV2Recipes
{
    /// <summary>Upstream's <c>nemotron_nano_9b_v2_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronNano9BV2Peft() => RecipeList.Get("nemotron_nano_9b_v2_peft");

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronNano12BV2Peft() => RecipeList.Get("nemotron_nano_12b_v2_peft");

    /// <summary>Upstream's <c>nemotron_nano_9b_v2_pretrain_config</c>: from the first token.</summary>
    public static Recipe NemotronNano9BV2Pretrain() => RecipeList.Get("nemotron_nano_9b_v2_pretrain");

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_pretrain_config</c>: from the first token.</summary>
    public static Recipe NemotronNano12BV2Pretrain() => RecipeList.Get("nemotron_nano_12b_v2_pretrain");

    /// <summary>Upstream's <c>nemotron_nano_9b_v2_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronNano9BV2Sft() => RecipeList.Get("nemotron_nano_9b_v2_sft");

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronNano12BV2Sft() => RecipeList.Get("nemotron_nano_12b_v2_sft");
}
