// Written by eng/regenerate.sh after the recipes of the table.

namespace MegatronBridge.Recipes.Tables;

/// <summary>The recipes of nemotron.</summary>
public static class NemotronRecipes
{
    /// <summary>nvidia/Llama-3_3-Nemotron-Super-49B-v1, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3_3NemotronSuper49BPretrain() => RecipeList.Get("llama_3_3_nemotron_super_49b_pretrain");

    /// <summary>nvidia/Llama-3_3-Nemotron-Super-49B-v1, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3_3NemotronSuper49BSft() => RecipeList.Get("llama_3_3_nemotron_super_49b_sft");

    /// <summary>nvidia/Llama-3_3-Nemotron-Super-49B-v1, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Llama3_3NemotronSuper49BPeft() => RecipeList.Get("llama_3_3_nemotron_super_49b_peft");

    /// <summary>nvidia/Minitron-4B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron4BPretrain() => RecipeList.Get("minitron_4b_pretrain");

    /// <summary>nvidia/Minitron-4B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron4BSft() => RecipeList.Get("minitron_4b_sft");

    /// <summary>nvidia/Minitron-4B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron4BPeft() => RecipeList.Get("minitron_4b_peft");

    /// <summary>nvidia/Minitron-8B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron8BPretrain() => RecipeList.Get("minitron_8b_pretrain");

    /// <summary>nvidia/Minitron-8B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron8BSft() => RecipeList.Get("minitron_8b_sft");

    /// <summary>nvidia/Minitron-8B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Minitron8BPeft() => RecipeList.Get("minitron_8b_peft");

    /// <summary>nvidia/Nemotron-4-340B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe Nemotron4_340BPretrain() => RecipeList.Get("nemotron_4_340b_pretrain");

    /// <summary>nvidia/Nemotron-4-340B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Nemotron4_340BSft() => RecipeList.Get("nemotron_4_340b_sft");

    /// <summary>nvidia/Nemotron-4-340B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe Nemotron4_340BPeft() => RecipeList.Get("nemotron_4_340b_peft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-3B-Base, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion3BPretrain() => RecipeList.Get("nemotron_labs_diffusion_3b_pretrain");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-3B-Base, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion3BSft() => RecipeList.Get("nemotron_labs_diffusion_3b_sft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-3B-Base, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion3BPeft() => RecipeList.Get("nemotron_labs_diffusion_3b_peft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-8B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion8BPretrain() => RecipeList.Get("nemotron_labs_diffusion_8b_pretrain");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-8B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion8BSft() => RecipeList.Get("nemotron_labs_diffusion_8b_sft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-8B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion8BPeft() => RecipeList.Get("nemotron_labs_diffusion_8b_peft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-14B, from the first token; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion14BPretrain() => RecipeList.Get("nemotron_labs_diffusion_14b_pretrain");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-14B, all weights, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion14BSft() => RecipeList.Get("nemotron_labs_diffusion_14b_sft");

    /// <summary>nvidia/Nemotron-Labs-Diffusion-14B, adapters, on examples; derived, upstream has no such recipe.</summary>
    public static Recipe NemotronLabsDiffusion14BPeft() => RecipeList.Get("nemotron_labs_diffusion_14b_peft");
}
