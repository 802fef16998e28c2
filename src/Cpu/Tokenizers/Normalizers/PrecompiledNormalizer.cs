using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's table of replacements: a double array trie (Darts) over UTF-8, and texts that end with a zero byte, which the trie's
/// values point into.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestCluster = 5; // bytes; longer clusters are looked up character by character only
    private const int MaxBytes = 1 << 24;

    private readonly uint[] _trie;
    private readonly byte[] _texts;

    private PrecompiledNormalizer(uint[] trie, byte[] texts)
    {
        _trie = trie;
        _texts = texts;
    }

    /// <summary>Reads the table from its base64.</summary>
    public static PrecompiledNormalizer Read(JsonPart part)
    {
        byte[] bytes;
        try
        {
            bytes =
                part.Element.ValueKind == System.Text.Json.JsonValueKind.String
                    ? part.Element.GetBytesFromBase64()
                    : [];
        }
        catch (FormatException e)
        {
            throw part.Fault("base64 is expected", e);
        }
        long size = bytes.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : -1;
        if (size < 0 || size % 4 != 0 || size > bytes.Length - 4 || bytes.Length > MaxBytes)
        {
            throw part.Fault(
                $"a table of at most {MaxBytes} bytes is expected, with the size of its trie first; here are {bytes.Length} bytes and a trie of {size}"
            );
        }
        var trie = new uint[size / 4];
        for (int i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + 4 * i));
        }
        return new PrecompiledNormalizer(trie, bytes[(4 + (int)size)..]);
    }

    public string Apply(string text, ref bool atStart)
    {
        var result = new StringBuilder(text.Length);
        Span<byte> utf8 = stackalloc byte[LongestCluster];
        for (int i = 0; i < text.Length; )
        {
            ReadOnlySpan<char> cluster = text.AsSpan(i, StringInfo.GetNextTextElementLength(text, i));
            i += cluster.Length;
            if (Encoding.UTF8.TryGetBytes(cluster, utf8, out int count) && Replacement(utf8[..count]) is { } whole)
            {
                result.Append(whole);
                atStart &= result.Length > 0;
                continue;
            }
            foreach (Rune rune in cluster.EnumerateRunes())
            {
                if (Replacement(utf8[..rune.EncodeToUtf8(utf8)]) is { } one)
                {
                    result.Append(one);
                }
                else
                {
                    CodePoints.Append(result, rune.Value);
                }
            }
            atStart &= result.Length > 0;
        }
        return result.ToString();
    }

    // The text of the shortest prefix that the table has, as the reference library takes it.
    private string? Replacement(ReadOnlySpan<byte> key)
    {
        uint at = 0;
        uint unit = Unit(at);
        at ^= Offset(unit);
        foreach (byte b in key)
        {
            if (b == 0)
            {
                return null;
            }
            at ^= b;
            unit = Unit(at);
            if ((unit & 0x800000FF) != b)
            {
                return null;
            }
            at ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                return TextAt(Unit(at) & 0x7FFFFFFF);
            }
        }
        return null;
    }

    private uint Unit(uint at) => at < _trie.Length ? _trie[at] : 0;

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    private string? TextAt(uint start)
    {
        if (start >= _texts.Length)
        {
            return null;
        }
        ReadOnlySpan<byte> rest = _texts.AsSpan((int)start);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
