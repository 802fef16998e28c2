namespace MegatronBridge.Tools;

/// <summary>In which of a model's two matrices of tokens rows are repaired.</summary>
public enum EmbeddingChoice
{
    /// <summary>The input embedding, and with it a head that is tied to it.</summary>
    Input,

    /// <summary>The output head.</summary>
    Head,

    /// <summary>Both.</summary>
    Both,
}
