// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_nano_v2_vl.</summary>
public static class NemotronNanoV2VlRecipes
{
    /// <summary>Upstream's <c>nemotron_nano_v2_vl_12b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronNanoV2Vl12BPeft() => RecipeList.Get("nemotron_nano_v2_vl_12b_peft");

    /// <summary>Upstream's <c>nemotron_nano_v2_vl_12b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronNanoV2Vl12BSft() => RecipeList.Get("nemotron_nano_v2_vl_12b_sft");

    /// <summary>nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronNanoV2Vl12BPretrainMock() => RecipeList.Get("nemotron_nano_v2_vl_12b_pretrain_mock");
}
