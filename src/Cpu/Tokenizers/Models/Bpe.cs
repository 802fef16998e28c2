using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Byte-pair encoding: characters that are joined by rank, the lowest first, until no neighbours have a merge.</summary>
internal sealed class Bpe : IModel
{
    private readonly BpeOptions _options;
    private readonly PairTable _merges;
    private readonly int[] _ofChar = new int[0x10000];
    private readonly ByteTokens? _bytes;
    private readonly WordCache _cache = new();
    private readonly Lazy<JoinedPairs> _joined;

    public Bpe(Vocabulary vocabulary, PairTable merges, BpeOptions options)
    {
        Vocabulary = vocabulary;
        _merges = merges;
        _options = options;
        _bytes = options.ByteFallback ? new ByteTokens(vocabulary) : null;
        _joined = new Lazy<JoinedPairs>(() => new JoinedPairs(vocabulary));
        Array.Fill(_ofChar, -1);
        foreach ((string token, int id) in vocabulary.Entries)
        {
            if (token.Length == 1)
            {
                _ofChar[token[0]] = id;
            }
        }
    }

    public Vocabulary Vocabulary { get; }

    public void Tokenize(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_options.IgnoreMerges && Vocabulary.TryGetId(piece, out int whole))
        {
            ids.Add(whole);
            return;
        }
        if (_options.IsPlain && piece.Length > JoinedPairs.WorthCutting)
        {
            TokenizeInParts(piece, ids);
        }
        else
        {
            TokenizeWord(piece, ids);
        }
    }

    // Where no token has two known neighbours beside each other, nothing can join them: what stands on either side is a word of its own.
    private void TokenizeInParts(ReadOnlySpan<char> piece, List<int> ids)
    {
        JoinedPairs joined = _joined.Value;
        int start = 0;
        for (int i = 1; i < piece.Length; i++)
        {
            (char before, char after) = (piece[i - 1], piece[i]);
            if (_ofChar[before] >= 0 && _ofChar[after] >= 0 && !joined.Contains(before, after))
            {
                TokenizeWord(piece[start..i], ids);
                start = i;
            }
        }
        TokenizeWord(piece[start..], ids);
    }

    private void TokenizeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_cache.Find(word) is { } known)
        {
            ids.AddRange(known);
            return;
        }
        int start = ids.Count;
        AddCharacters(word, ids);
        MergedWord.Merge(ids, start, _merges);
        _cache.Keep(word, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[start..]);
    }

    // An unknown token waits for the next known character, so that several can become one; bytes pass it by, as in the reference library.
    private void AddCharacters(ReadOnlySpan<char> word, List<int> ids)
    {
        bool isUnknownDue = false;
        int width;
        for (int i = 0; i < word.Length; i += width)
        {
            CodePoints.At(word, i, out width);
            int id = IdOf(word, i, width);
            if (id >= 0)
            {
                AddUnknown(isUnknownDue, ids);
                isUnknownDue = false;
                ids.Add(id);
            }
            else if (
                !(_bytes?.TryAdd(_options.Spell(word, i, width), ids) ?? false) && _options.UnknownToken is not null
            )
            {
                AddUnknown(isUnknownDue && !_options.FuseUnknown, ids);
                isUnknownDue = true;
            }
        }
        AddUnknown(isUnknownDue, ids);
    }

    private void AddUnknown(bool isDue, List<int> ids)
    {
        if (isDue)
        {
            ids.Add(_options.UnknownId(Vocabulary));
        }
    }

    private int IdOf(ReadOnlySpan<char> word, int at, int width) =>
        width == 1 && _options.IsPlain ? _ofChar[word[at]]
        : Vocabulary.TryGetId(_options.Spell(word, at, width), out int id) ? id
        : -1;
}
