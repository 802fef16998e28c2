namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Ids of words seen before, in a table of fixed size where a new word takes the place of another. Safe for several threads.</summary>
internal sealed class WordCache
{
    private const int Slots = 1 << 16;
    private const int LongestWord = 64;

    private readonly Entry?[] _entries = new Entry?[Slots];

    private sealed record Entry(string Word, int[] Ids);

    public int[]? Find(ReadOnlySpan<char> word) =>
        word.Length <= LongestWord && _entries[Slot(word)] is { } entry && word.SequenceEqual(entry.Word)
            ? entry.Ids
            : null;

    public void Keep(ReadOnlySpan<char> word, ReadOnlySpan<int> ids)
    {
        if (word.Length <= LongestWord)
        {
            _entries[Slot(word)] = new Entry(word.ToString(), ids.ToArray());
        }
    }

    private static int Slot(ReadOnlySpan<char> word) =>
        string.GetHashCode(word, StringComparison.Ordinal) & (Slots - 1);
}
