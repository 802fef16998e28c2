namespace MegatronBridge.Recipes;

/// <summary>What a recipe trains.</summary>
public enum RecipeMode
{
    /// <summary>All weights, from the first token.</summary>
    Pretrain,

    /// <summary>All weights of a model that is there, on examples.</summary>
    Sft,

    /// <summary>Adapters beside a model that is there: LoRA or DoRA.</summary>
    Peft,
}
