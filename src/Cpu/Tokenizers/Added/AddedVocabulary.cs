using MegatronBridge.Cpu.Tokenizers.Models;
using MegatronBridge.Cpu.Tokenizers.Normalizers;

namespace MegatronBridge.Cpu.Tokenizers.Added;

/// <summary>The added tokens of a tokenizer, their ids, and what looks for them.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _tokens = [];
    private readonly Dictionary<int, string> _normal = [];
    private readonly HashSet<string> _special = new(StringComparer.Ordinal);

    /// <summary>
    /// A token that the model has keeps its id; the others are numbered on from the model's size, whatever the file says: so does the
    /// reference library.
    /// </summary>
    public AddedVocabulary(IEnumerable<AddedToken> tokens, Vocabulary model, INormalizer? normalizer)
    {
        int next = model.Count;
        foreach (AddedToken token in tokens.Where(token => token.Content.Length > 0))
        {
            int id = _ids.TryGetValue(token.Content, out int own) ? own : model.IdOf(token.Content) ?? next++;
            _ids[token.Content] = id;
            _tokens[id] = token;
            if (token.Special)
            {
                _special.Add(token.Content);
            }
        }
        Plain = new AddedTokenFinder(
            _tokens.Where(pair => !pair.Value.Normalized).Select(pair => (pair.Value.Content, pair.Key)),
            _tokens
        );
        foreach ((int id, AddedToken token) in _tokens.Where(pair => pair.Value.Normalized))
        {
            bool atStart = true;
            _normal[id] = normalizer?.Apply(token.Content, ref atStart) ?? token.Content;
        }
        Normalized = new AddedTokenFinder(_normal.Select(pair => (pair.Value, pair.Key)), _tokens);
    }

    /// <summary>Looks in the text as it is.</summary>
    public AddedTokenFinder Plain { get; }

    /// <summary>Looks in the normalized text.</summary>
    public AddedTokenFinder Normalized { get; }

    /// <summary>Added tokens that the model does not have.</summary>
    public int CountBeyond(Vocabulary model) => _ids.Keys.Count(token => model.IdOf(token) is null);

    public int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id)?.Content;

    /// <summary>What decoders see of a token: one that is looked for in normalized text is itself normalized.</summary>
    public string? DecodedOf(int id) => _normal.GetValueOrDefault(id) ?? TokenOf(id);

    public bool IsSpecial(string token) => _special.Contains(token);
}
