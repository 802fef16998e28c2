using MegatronBridge.Config;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// The tokenizer of a checkpoint, described: its kind, its settings, and where its files are. What encodes text is made of it in
/// <c>MegatronBridge.Cpu</c>: <c>ModelTokenizer.Of</c>.
/// </summary>
public sealed record MegatronTokenizer
{
    /// <summary>The settings.</summary>
    public required TokenizerConfig Config { get; init; }

    /// <summary>
    /// Paths of the files by the names that Hugging Face has for them: <c>tokenizer.json</c>, <c>vocab.json</c>, <c>merges.txt</c>,
    /// <c>tokenizer.model</c>, <c>vocab.txt</c>, ... None for a tokenizer that only counts (<c>NullTokenizer</c>).
    /// </summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The kind, as upstream names it: <c>HuggingFaceTokenizer</c>.</summary>
    public string Type => Config.TokenizerType;

    /// <summary>The template for conversations that is to be used in place of the tokenizer's own, or null.</summary>
    public string? ChatTemplate { get; init; }
}
