namespace MegatronBridge.Config;

/// <summary>What is done with fields of a file that the provider's class does not have.</summary>
public enum InstantiationMode
{
    /// <summary>They are kept in <see cref="TransformerConfig.Unknown"/>, and written again.</summary>
    Lenient,

    /// <summary>The file is refused.</summary>
    Strict,
}
