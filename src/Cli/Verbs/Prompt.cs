namespace MegatronBridge.Cli.Verbs;

/// <summary>Something for a model to continue.</summary>
/// <param name="Text">As it was given; null when tokens were.</param>
/// <param name="Tokens">Its tokens.</param>
internal sealed record Prompt(string? Text, IReadOnlyList<int> Tokens);
