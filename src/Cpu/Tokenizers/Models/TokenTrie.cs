namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Tokens by their characters, to find all that a text begins with.</summary>
internal sealed class TokenTrie
{
    public const int Root = 0;
    private const int NoToken = -1;

    private readonly PairTable _edges;

    public TokenTrie(IEnumerable<KeyValuePair<string, int>> tokens)
    {
        _edges = new PairTable(1 << 12);
        int nodes = 1;
        foreach ((string token, int id) in tokens)
        {
            int node = Root;
            for (int i = 0; i < token.Length; i++)
            {
                bool isLast = i == token.Length - 1;
                if (!_edges.TryGet(node, token[i], out int next, out int known))
                {
                    (next, known) = (nodes++, NoToken);
                }
                _edges.Set(node, token[i], next, isLast ? id : known);
                node = next;
            }
        }
    }

    /// <summary>Goes on by one character; false when no token does. <paramref name="id"/> is that of the token that ends here, or -1.</summary>
    public bool TryStep(ref int node, char c, out int id)
    {
        bool found = _edges.TryGet(node, c, out int next, out id);
        node = next;
        return found;
    }
}
