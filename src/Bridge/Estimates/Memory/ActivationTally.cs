namespace MegatronBridge.Estimates.Memory;

/// <summary>Adds up what a layer keeps on a rank for its backward pass.</summary>
internal sealed class ActivationTally(RankTokens tokens)
{
    private readonly Dictionary<ActivationModule, decimal> _bytes = [];

    /// <summary>Tokens of a microbatch on the rank, and how ranks share what is kept of them.</summary>
    public RankTokens Tokens { get; } = tokens;

    /// <summary>Bytes of all that is kept when the <paramref name="freed"/> modules compute again.</summary>
    public decimal Bytes(IReadOnlySet<ActivationModule> freed) =>
        _bytes.Where(entry => !freed.Contains(entry.Key)).Sum(entry => entry.Value);

    /// <summary>Elements for each token that tensor parallel ranks share between them.</summary>
    public void Shared(decimal width, ActivationModule module = ActivationModule.Kept) =>
        Add(module, width * Tokens.Count * Tokens.ElementBytes / Tokens.Tp);

    /// <summary>Elements for each token of the residual stream, which ranks share only with sequence parallelism.</summary>
    public void Residual(decimal width, ActivationModule module = ActivationModule.Kept) =>
        Add(module, width * Tokens.Residual * Tokens.ElementBytes);

    /// <summary>A mask of dropout over the residual stream, one byte each; none without dropout.</summary>
    public void Dropout(decimal width, double probability) =>
        Add(ActivationModule.Kept, probability > 0 ? width * Tokens.Residual : 0);

    /// <summary>Bytes.</summary>
    public void Add(ActivationModule module, decimal bytes) =>
        _bytes[module] = _bytes.GetValueOrDefault(module) + bytes;
}
