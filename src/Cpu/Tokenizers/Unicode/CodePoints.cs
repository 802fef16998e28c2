using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Unicode;

/// <summary>Reads a UTF-16 text by code points. A surrogate without its other half reads as U+FFFD, which is what its UTF-8 would be.</summary>
internal static class CodePoints
{
    public const int Replacement = 0xFFFD;
    public const int Limit = 0x110000;

    /// <summary>The code point at <paramref name="at"/> and how many chars it takes.</summary>
    public static int At(ReadOnlySpan<char> text, int at, out int width)
    {
        char first = text[at];
        width = 1;
        if (!char.IsSurrogate(first))
        {
            return first;
        }
        if (char.IsHighSurrogate(first) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            width = 2;
            return char.ConvertToUtf32(first, text[at + 1]);
        }
        return Replacement;
    }

    /// <summary>The code point that ends before <paramref name="end"/> and how many chars it takes.</summary>
    public static int Before(ReadOnlySpan<char> text, int end, out int width)
    {
        char last = text[end - 1];
        width = 1;
        if (!char.IsSurrogate(last))
        {
            return last;
        }
        if (char.IsLowSurrogate(last) && end > 1 && char.IsHighSurrogate(text[end - 2]))
        {
            width = 2;
            return char.ConvertToUtf32(text[end - 2], last);
        }
        return Replacement;
    }

    public static void Append(StringBuilder text, int code)
    {
        if (code < 0x10000)
        {
            text.Append((char)code);
        }
        else
        {
            code -= 0x10000;
            text.Append((char)(0xD800 + (code >> 10))).Append((char)(0xDC00 + (code & 0x3FF)));
        }
    }

    /// <summary>The text with U+FFFD in the place of every surrogate that stands alone; the text itself where there is none.</summary>
    public static string WellFormed(string text)
    {
        int lone = LoneSurrogate(text);
        if (lone < 0)
        {
            return text;
        }
        var repaired = new StringBuilder(text.Length).Append(text, 0, lone);
        for (int i = lone; i < text.Length; )
        {
            Append(repaired, At(text, i, out int width));
            i += width;
        }
        return repaired.ToString();
    }

    private static int LoneSurrogate(string text)
    {
        for (int i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }
            if (At(text, i, out int width) == Replacement)
            {
                return i;
            }
            i += width - 1;
        }
        return -1;
    }
}
