// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_omni.</summary>
public static class NemotronOmniRecipes
{
    /// <summary>Upstream's <c>nemotron_omni_cord_v2_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronOmniCordV2Peft() => RecipeList.Get("nemotron_omni_cord_v2_peft");

    /// <summary>Upstream's <c>nemotron_omni_valor32k_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronOmniValor32KPeft() => RecipeList.Get("nemotron_omni_valor32k_peft");

    /// <summary>Upstream's <c>nemotron_omni_cord_v2_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronOmniCordV2Sft() => RecipeList.Get("nemotron_omni_cord_v2_sft");

    /// <summary>Upstream's <c>nemotron_omni_valor32k_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronOmniValor32KSft() => RecipeList.Get("nemotron_omni_valor32k_sft");

    /// <summary>Upstream's <c>nemotron_omni_cord_v2_long_context_sft_8gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronOmniCordV2LongContextSft8GpuH100Bf16() => RecipeList.Get("nemotron_omni_cord_v2_long_context_sft_8gpu_h100_bf16");

    /// <summary>nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-BF16, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronOmniCordV2PretrainMock() => RecipeList.Get("nemotron_omni_cord_v2_pretrain_mock");
}
