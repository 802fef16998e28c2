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
        foreach (JsonElement merge in list.Element.EnumerateArray())
        {
            (string left, string right) = Pair(merge, list, rank);
            if (right.Length < options.Prefix.Length)
            {
                throw list.ItemAt(rank).Fault($"a second part with the prefix '{options.Prefix}' is expected");
            }
            int length = left.Length + right.Length - options.Prefix.Length;
            if (joined.Length < length)
            {
                joined = new char[length * 2];
            }
            left.CopyTo(joined);
            right.AsSpan(options.Prefix.Length).CopyTo(joined.AsSpan(left.Length));
            if (
                !vocabulary.TryGetId(left, out int leftId)
                || !vocabulary.TryGetId(right, out int rightId)
                || !vocabulary.TryGetId(joined.AsSpan(0, length), out int joinedId)
            )
            {
                throw list.ItemAt(rank)
                    .Fault(
                        $"the vocabulary must have '{left}', '{right}' and '{joined.AsSpan(0, length)}', which it has not"
                    );
            }
            merges.Set(leftId, rightId, rank++, joinedId);
        }
        return new Bpe(vocabulary, merges, options);
    }

    // ["a", "b"], or as older files have it "a b".
    private static (string Left, string Right) Pair(JsonElement merge, JsonPart list, int index)
    {
        if (
            merge.ValueKind == JsonValueKind.Array
            && merge.GetArrayLength() == 2
            && merge[0].ValueKind == JsonValueKind.String
            && merge[1].ValueKind == JsonValueKind.String
        )
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }
        string text = merge.ValueKind == JsonValueKind.String ? merge.GetString()! : "";
        int space = text.IndexOf(' ');
        return space >= 0 && text.IndexOf(' ', space + 1) < 0
            ? (text[..space], text[(space + 1)..])
            : throw list.ItemAt(index).Fault("two tokens are expected");
    }
}
