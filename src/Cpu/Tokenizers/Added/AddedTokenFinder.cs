using System.Buffers;
using MegatronBridge.Cpu.Tokenizers.Models;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Added;

/// <summary>Finds added tokens in a text: the leftmost, of these the longest, then on behind it.</summary>
internal sealed class AddedTokenFinder
{
    private readonly TokenTrie _trie;
    private readonly SearchValues<char> _first;
    private readonly bool _any;
    private readonly IReadOnlyDictionary<int, AddedToken> _tokens;

    public AddedTokenFinder(IEnumerable<(string Text, int Id)> texts, IReadOnlyDictionary<int, AddedToken> tokens)
    {
        KeyValuePair<string, int>[] known =
        [
            .. texts.Where(own => own.Text.Length > 0).Select(own => KeyValuePair.Create(own.Text, own.Id)),
        ];
        _trie = new TokenTrie(known);
        _first = SearchValues.Create([.. known.Select(own => own.Key[0]).Distinct()]);
        _any = known.Length > 0;
        _tokens = tokens;
    }

    /// <summary>A part of a text that is an added token, or text between them (-1).</summary>
    public readonly record struct Part(int Start, int End, int Id);

    /// <summary>The parts of a text, in order.</summary>
    public List<Part> Find(string text)
    {
        var parts = new List<Part>();
        int from = 0;
        for (int at = 0; _any && at < text.Length; )
        {
            int skip = text.AsSpan(at).IndexOfAny(_first);
            if (skip < 0)
            {
                break;
            }
            at += skip;
            if (!Longest(text, at, out int end, out int id))
            {
                at++;
                continue;
            }
            AddedToken token = _tokens[id];
            if (!token.SingleWord || StandsAlone(text, at, end))
            {
                int start = token.LeftStrip ? Math.Max(SpaceBefore(text, at), from) : at;
                int stop = token.RightStrip ? SpaceAfter(text, end) : end;
                if (from < start)
                {
                    parts.Add(new Part(from, start, -1));
                }
                parts.Add(new Part(start, stop, id));
                from = stop;
            }
            at = end;
        }
        if (from < text.Length)
        {
            parts.Add(new Part(from, text.Length, -1));
        }
        return parts;
    }

    private bool Longest(string text, int at, out int end, out int id)
    {
        (end, id) = (at, -1);
        int node = TokenTrie.Root;
        for (int i = at; i < text.Length && _trie.TryStep(ref node, text[i], out int found); i++)
        {
            if (found >= 0)
            {
                (end, id) = (i + 1, found);
            }
        }
        return id >= 0;
    }

    private static bool StandsAlone(string text, int start, int end)
    {
        CodeSet word = UnicodeData.Instance.RustWord;
        return (start == 0 || !word.Contains(CodePoints.Before(text, start, out _)))
            && (end == text.Length || !word.Contains(CodePoints.At(text, end, out _)));
    }

    private static int SpaceBefore(string text, int at)
    {
        while (at > 0 && UnicodeData.Instance.Space.Contains(text[at - 1]))
        {
            at--;
        }
        return at;
    }

    private static int SpaceAfter(string text, int at)
    {
        while (at < text.Length && UnicodeData.Instance.Space.Contains(text[at]))
        {
            at++;
        }
        return at;
    }
}
