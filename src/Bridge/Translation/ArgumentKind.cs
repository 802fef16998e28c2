namespace MegatronBridge.Translation;

/// <summary>What an argument of Megatron-LM says of a field.</summary>
internal enum ArgumentKind
{
    /// <summary>Its value.</summary>
    Value,

    /// <summary>That it is true.</summary>
    Flag,

    /// <summary>That it is false.</summary>
    Inverted,
}
