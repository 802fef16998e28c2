using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, into which a character falls apart that the vocabulary lacks.</summary>
internal sealed class ByteTokens
{
    private readonly int?[] _ids;

    public ByteTokens(Vocabulary vocabulary) =>
        _ids = [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf($"<0x{b:X2}>"))];

    /// <summary>Adds the ids of the bytes of a text, unless one of them has none.</summary>
    public bool TryAdd(ReadOnlySpan<char> text, List<int> ids)
    {
        int start = ids.Count;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                if (_ids[b] is not { } id)
                {
                    ids.RemoveRange(start, ids.Count - start);
                    return false;
                }
                ids.Add(id);
            }
        }
        return true;
    }
}
