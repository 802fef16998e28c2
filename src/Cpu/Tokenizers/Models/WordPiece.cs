using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Takes the longest token that a word begins with, then the longest of the rest; a word that does not come out is unknown.</summary>
internal sealed class WordPiece(JsonPart part) : IModel
{
    private readonly JsonPart _unknown = part["unk_token"].Detached();
    private readonly string _prefix = part["continuing_subword_prefix"].TextOrNull() ?? "##";
    private readonly int _longest = part["max_input_chars_per_word"].IsNull
        ? 100
        : part["max_input_chars_per_word"].Whole();

    public Vocabulary Vocabulary { get; } = Vocabulary.Read(part["vocab"]);

    public void Tokenize(ReadOnlySpan<char> piece, List<int> ids)
    {
        int first = ids.Count;
        bool isKnown = Length(piece) <= _longest;
        for (int start = 0; isKnown && start < piece.Length; )
        {
            int end = LongestFrom(piece, start, out int id);
            isKnown = end > start;
            if (isKnown)
            {
                ids.Add(id);
                start = end;
            }
        }
        if (!isKnown)
        {
            ids.RemoveRange(first, ids.Count - first);
            ids.Add(
                Vocabulary.IdOf(_unknown.TextOrNull() ?? "[UNK]")
                    ?? throw _unknown.Fault(
                        "a token of the vocabulary is expected, as the text has a word that is unknown"
                    )
            );
        }
    }

    private int LongestFrom(ReadOnlySpan<char> piece, int start, out int id)
    {
        string? continued = start > 0 && _prefix.Length > 0 ? string.Concat(_prefix, piece[start..]) : null;
        ReadOnlySpan<char> rest = continued ?? piece[start..];
        int prefix = continued is null ? 0 : _prefix.Length;
        for (int length = rest.Length; length > prefix; )
        {
            if (Vocabulary.TryGetId(rest[..length], out id))
            {
                return start + length - prefix;
            }
            CodePoints.Before(rest, length, out int width);
            length -= width;
        }
        id = -1;
        return start;
    }

    private static int Length(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char c in text)
        {
            count += char.IsLowSurrogate(c) ? 0 : 1;
        }
        return count;
    }
}
