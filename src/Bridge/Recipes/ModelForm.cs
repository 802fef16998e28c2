namespace MegatronBridge.Recipes;

/// <summary>How a file describes the model.</summary>
internal enum ModelForm
{
    /// <summary>By a provider: all fields in one map.</summary>
    Provider,

    /// <summary>By upstream's newer config with a builder: the fields of the transformer in a map of their own.</summary>
    Builder,
}
