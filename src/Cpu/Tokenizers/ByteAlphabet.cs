using System.Text;

namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>The 256 visible characters that stand for bytes in byte-level vocabularies: a byte that prints stands for itself.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = MakeChars();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The most characters that one UTF-16 unit becomes.</summary>
    public const int MostPerChar = 3;

    /// <summary>Writes the character of every byte of the UTF-8 of a text; returns how many.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<char> destination)
    {
        int count = 0;
        for (int i = 0; i < text.Length; )
        {
            int code = text[i];
            if (code < 0x80)
            {
                destination[count++] = Chars[code];
                i++;
                continue;
            }
            code = Unicode.CodePoints.At(text, i, out int width);
            i += width;
            if (code < 0x800)
            {
                destination[count++] = Chars[0xC0 | code >> 6];
            }
            else
            {
                if (code < 0x10000)
                {
                    destination[count++] = Chars[0xE0 | code >> 12];
                }
                else
                {
                    destination[count++] = Chars[0xF0 | code >> 18];
                    destination[count++] = Chars[0x80 | code >> 12 & 0x3F];
                }
                destination[count++] = Chars[0x80 | code >> 6 & 0x3F];
            }
            destination[count++] = Chars[0x80 | code & 0x3F];
        }
        return count;
    }

    /// <summary>Adds the bytes that a token stands for; where it has a character that stands for none, the token's own UTF-8.</summary>
    public static void Decode(string token, List<byte> bytes)
    {
        int start = bytes.Count;
        foreach (char c in token)
        {
            int value = c < Bytes.Length ? Bytes[c] : -1;
            if (value < 0)
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }
            bytes.Add((byte)value);
        }
    }

    private static char[] MakeChars()
    {
        var chars = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            chars[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)b : (char)next++;
        }
        return chars;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[512];
        Array.Fill(bytes, (short)-1);
        for (int b = 0; b < 256; b++)
        {
            bytes[Chars[b]] = (short)b;
        }
        return bytes;
    }
}
