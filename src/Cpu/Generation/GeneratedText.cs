namespace MegatronBridge.Cpu.Generation;

/// <summary>What came behind a prompt.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Tokens">Tokens that were made; those of a stop string are among them.</param>
/// <param name="Text">Their text, without special tokens and up to a stop string; null without a tokenizer.</param>
/// <param name="Statistics">How long it took.</param>
public sealed record GeneratedText(
    IReadOnlyList<int> Prompt,
    IReadOnlyList<int> Tokens,
    string? Text,
    GenerationStatistics Statistics
);
