using System.Text.Json;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Reads a byte-pair model.</summary>
internal static class BpeReader
{
    public static Bpe Read(JsonPart part)
    {
        Vocabulary vocabulary = Vocabulary.Read(part["vocab"]);
        var options = new BpeOptions(part);
        JsonPart list = part["merges"];
        if (list.Element.ValueKind != JsonValueKind.Array)
        {
            throw list.Fault("a list of merges is expected");
        }
        var merges = new PairTable(list.Element.GetArrayLength());
        int rank = 0;
        char[] joined = [];
        foreach (JsonPart merge in list.Items())
        {
            (string left, string right) = Pair(merge);
            if (right.Length < options.Prefix.Length)
            {
                throw merge.Fault($"a second part with the prefix '{options.Prefix}' is expected");
            }
            int length = left.Length + right.Length - options.Prefix.Length;
            if (joined.Length < length)
            {
                joined = new char[length * 2];
            }
            left.CopyTo(joined);
            right.AsSpan(options.Prefix.Length).CopyTo(joined.AsSpan(left.Length));
            merges.Set(
                Id(vocabulary, left, merge),
                Id(vocabulary, right, merge),
                rank++,
                Id(vocabulary, joined.AsSpan(0, length), merge)
            );
        }
        return new Bpe(vocabulary, merges, options);
    }

    // ["a", "b"], or as older files have it "a b".
    private static (string Left, string Right) Pair(JsonPart merge)
    {
        if (merge.IsText)
        {
            string text = merge.Text();
            int space = text.IndexOf(' ');
            return space >= 0 && text.IndexOf(' ', space + 1) < 0
                ? (text[..space], text[(space + 1)..])
                : throw merge.Fault("two tokens with one space between them are expected");
        }
        JsonPart[] parts = [.. merge.Items().Take(3)];
        return parts.Length == 2 ? (parts[0].Text(), parts[1].Text()) : throw merge.Fault("two tokens are expected");
    }

    private static int Id(Vocabulary vocabulary, ReadOnlySpan<char> token, JsonPart merge) =>
        vocabulary.TryGetId(token, out int id)
            ? id
            : throw merge.Fault($"the vocabulary must have '{token}', which it has not");
}
