namespace MegatronBridge.Mapping;

/// <summary>Hugging Face tensors that Megatron has no place for, and why nothing is lost without them.</summary>
/// <param name="Hf">Their names.</param>
/// <param name="Reason">Why they may be left out, as the report says it.</param>
/// <param name="EqualTo">The tensor that they must equal bit for bit, checked before anything is written; null when nothing can be checked.</param>
public sealed record IgnoredTensor(string Hf, string Reason, string? EqualTo = null)
{
    /// <summary>Their names as a pattern.</summary>
    public NamePattern Pattern { get; } = new(Hf);
}
