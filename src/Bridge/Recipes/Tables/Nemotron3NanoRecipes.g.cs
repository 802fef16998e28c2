// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron_3_nano.</summary>
public static class Nemotron3NanoRecipes
{
    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_8k_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain8K() => RecipeList.Get("nemotron_3_5_lightning_pretrain_8k");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_8k_fsdp_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain8KFsdp() => RecipeList.Get("nemotron_3_5_lightning_pretrain_8k_fsdp");

    /// <summary>Upstream's <c>nemotron_3_nano_gb200_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3NanoGb200Pretrain() => RecipeList.Get("nemotron_3_nano_gb200_pretrain");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain() => RecipeList.Get("nemotron_3_5_lightning_pretrain");

    /// <summary>Upstream's <c>nemotron_3_nano_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3NanoPretrain() => RecipeList.Get("nemotron_3_nano_pretrain");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_sft_openmathinstruct2_packed_tp1_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3_5LightningSftOpenmathinstruct2PackedTp1() => RecipeList.Get("nemotron_3_5_lightning_sft_openmathinstruct2_packed_tp1");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3_5LightningSft() => RecipeList.Get("nemotron_3_5_lightning_sft");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_sft_openmathinstruct2_packed_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3_5LightningSftOpenmathinstruct2Packed() => RecipeList.Get("nemotron_3_5_lightning_sft_openmathinstruct2_packed");

    /// <summary>Upstream's <c>nemotron_3_nano_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3NanoSft() => RecipeList.Get("nemotron_3_nano_sft");

    /// <summary>Upstream's <c>nemotron_3_5_lightning_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3_5LightningPeft() => RecipeList.Get("nemotron_3_5_lightning_peft");

    /// <summary>Upstream's <c>nemotron_3_nano_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3NanoPeft() => RecipeList.Get("nemotron_3_nano_peft");
}
