namespace MegatronBridge.Translation;

/// <summary>What an argument of Megatron-LM says of a field.</summary>
internal enum ArgumentKind
{
    /// <summary>Its value.</summary>
    Value,

    /// <summary>Its values, of which there may be several.</summary>
    List,

    /// <summary>That it is true.</summary>
    Flag,

    /// <summary>That it is false.</summary>
    Inverted,

    /// <summary>A value that the argument stands for, beside another argument that takes any.</summary>
    Says,
}
