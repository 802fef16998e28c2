using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>UTF-8 as Python's <c>surrogatepass</c> has it: a surrogate without its partner takes three bytes.</summary>
internal static class SurrogateUtf8
{
    private const int SurrogateLength = 3;

    public static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text)
    {
        StringBuilder result = new(utf8.Length);
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                result.Append(rune);
                utf8 = utf8[length..];
            }
            else if (utf8 is [0xed, >= 0xa0 and <= 0xbf, >= 0x80 and <= 0xbf, ..])
            {
                result.Append((char)(0xd000 | ((utf8[1] & 0x3f) << 6) | (utf8[2] & 0x3f)));
                utf8 = utf8[SurrogateLength..];
            }
            else
            {
                text = null;
                return false;
            }
        }

        text = result.ToString();
        return true;
    }

    public static byte[] Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        List<byte> utf8 = new(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                utf8.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                int unit = text[i];
                utf8.AddRange([
                    (byte)(0xe0 | (unit >> 12)),
                    (byte)(0x80 | ((unit >> 6) & 0x3f)),
                    (byte)(0x80 | (unit & 0x3f)),
                ]);
            }
        }

        return [.. utf8];
    }
}
