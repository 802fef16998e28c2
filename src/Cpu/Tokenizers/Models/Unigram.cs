using System.Runtime.InteropServices;
using System.Text.Json;
using MegatronBridge.Cpu.Tokenizers.Unicode;
using MegatronBridge.Storage;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Of all ways to write a piece with tokens, the one whose scores have the highest sum.</summary>
internal sealed class Unigram : IModel
{
    private const double UnknownPenalty = 10;

    private readonly double[] _scores;
    private readonly TokenTrie _trie;
    private readonly double _unknownScore;
    private readonly int? _unknown;
    private readonly ByteTokens? _bytes;
    private readonly string _file;
    private readonly WordCache _cache = new();

    private Unigram(string[] tokens, double[] scores, JsonPart part)
    {
        Vocabulary = Vocabulary.Of(tokens);
        _scores = scores;
        _trie = new TokenTrie(Vocabulary.Entries);
        _unknownScore = scores.DefaultIfEmpty().Min() - UnknownPenalty;
        JsonPart unknown = part["unk_id"];
        _unknown = unknown.IsNull ? null : unknown.Whole();
        if (_unknown >= tokens.Length)
        {
            throw unknown.Fault($"a place in the vocabulary of {tokens.Length} tokens is expected");
        }
        _bytes = part["byte_fallback"].Flag() ? new ByteTokens(Vocabulary) : null;
        _file = part.File;
    }

    public Vocabulary Vocabulary { get; }

    public static Unigram Read(JsonPart part)
    {
        var tokens = new List<string>();
        var scores = new List<double>();
        JsonPart list = part["vocab"];
        if (list.Element.ValueKind != JsonValueKind.Array)
        {
            throw list.Fault("a list of tokens and scores is expected");
        }
        foreach (JsonElement entry in list.Element.EnumerateArray())
        {
            bool isPair =
                entry.ValueKind == JsonValueKind.Array
                && entry.GetArrayLength() == 2
                && entry[0].ValueKind == JsonValueKind.String
                && entry[1].ValueKind == JsonValueKind.Number;
            if (!isPair)
            {
                throw list.ItemAt(tokens.Count).Fault("a token and its score are expected");
            }
            tokens.Add(entry[0].GetString()!);
            scores.Add(RustNumber.Parse(entry[1].GetRawText()));
        }
        return new Unigram([.. tokens], [.. scores], part);
    }

    public void Tokenize(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_cache.Find(piece) is { } known)
        {
            ids.AddRange(known);
            return;
        }
        int start = ids.Count;
        AddBest(piece, ids);
        _cache.Keep(piece, CollectionsMarshal.AsSpan(ids)[start..]);
    }

    // The best way to each place, and from where; unknown characters beside each other are one token.
    private void AddBest(ReadOnlySpan<char> piece, List<int> ids)
    {
        var best = new (int From, int Id, double Score)[piece.Length + 1];
        Array.Fill(best, (-1, 0, 0));
        for (int at = 0; at < piece.Length; )
        {
            CodePoints.At(piece, at, out int width);
            bool hasOwn = false;
            double before = best[at].Score;
            int node = TokenTrie.Root;
            for (int end = at; end < piece.Length && _trie.TryStep(ref node, piece[end], out int id); )
            {
                end++;
                if (id >= 0)
                {
                    Improve(ref best[end], at, id, _scores[id] + before);
                    hasOwn |= end - at == width;
                }
            }
            if (!hasOwn)
            {
                Improve(ref best[at + width], at, -1, _unknownScore + before);
            }
            at += width;
        }
        var parts = new Stack<(int Start, int End, int Id)>();
        for (int end = piece.Length; end > 0; )
        {
            (int from, int id, _) = best[end];
            bool isUnknown = id < 0 || id == _unknown;
            if (isUnknown && parts.TryPeek(out (int Start, int End, int Id) after) && after.Id < 0)
            {
                parts.Pop();
                parts.Push((from, after.End, -1));
            }
            else
            {
                parts.Push((from, end, isUnknown ? -1 : id));
            }
            end = from;
        }
        foreach ((int start, int end, int id) in parts)
        {
            Add(piece[start..end], id, ids);
        }
    }

    private static void Improve(ref (int From, int Id, double Score) best, int from, int id, double score)
    {
        if (best.From < 0 || score > best.Score)
        {
            best = (from, id, score);
        }
    }

    private void Add(ReadOnlySpan<char> token, int id, List<int> ids)
    {
        if (id >= 0 || Vocabulary.TryGetId(token, out id))
        {
            ids.Add(id);
        }
        else if (_bytes is null || !_bytes.TryAdd(token, ids))
        {
            ids.Add(
                _unknown
                    ?? throw new BadFileException(
                        _file,
                        "model.unk_id: the text has a character that the vocabulary lacks, and there is no unknown token."
                    )
            );
        }
    }
}
