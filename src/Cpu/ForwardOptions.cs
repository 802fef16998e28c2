namespace MegatronBridge.Cpu;

/// <summary>What a pass gives beside the logits of all its tokens.</summary>
public sealed record ForwardOptions
{
    /// <summary>Logits of all tokens, nothing to be observed.</summary>
    public static ForwardOptions Default { get; } = new();

    /// <summary>True for the logits of the last token alone, which are enough to choose the next.</summary>
    public bool OnlyLast { get; init; }

    /// <summary>Sees the residual stream after every part, or null. It sees what this rank has of it; all ranks have one, or none.</summary>
    public IForwardObserver? Observer { get; init; }

    /// <summary>
    /// Embeddings <c>[tokens, hidden]</c> in the place of those of the tokens, as towers make them of what they see; null for those of the
    /// tokens.
    /// </summary>
    public ReadOnlyMemory<float>? Embeddings { get; init; }
}
