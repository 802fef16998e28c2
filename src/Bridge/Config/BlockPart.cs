namespace MegatronBridge.Config;

/// <summary>What a layer of a heterogeneous model has in the place of its attention or its MLP.</summary>
internal enum BlockPart
{
    /// <summary>The whole thing.</summary>
    Whole,

    /// <summary>One linear layer behind a norm.</summary>
    Linear,

    /// <summary>Nothing.</summary>
    None,
}
