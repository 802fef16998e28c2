namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>The pairs of characters that stand beside each other in a token. Between others no merge ever happens.</summary>
internal sealed class JoinedPairs
{
    /// <summary>From this length on it pays to look for places to cut.</summary>
    public const int WorthCutting = 16;

    private readonly PairTable _pairs = new(1 << 16);

    public JoinedPairs(Vocabulary vocabulary)
    {
        foreach ((string token, _) in vocabulary.Entries)
        {
            for (int i = 1; i < token.Length; i++)
            {
                _pairs.Set(token[i - 1], token[i], 0, 0);
            }
        }
    }

    public bool Contains(char before, char after) => _pairs.TryGet(before, after, out _, out _);
}
