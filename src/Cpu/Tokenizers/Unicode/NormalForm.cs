using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Unicode;

/// <summary>The four Unicode normal forms, over the tables of the reference library.</summary>
internal static class NormalForm
{
    private const int HangulBase = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadBase = 0x1100;
    private const int LeadCount = 19;
    private const int VowelBase = 0x1161;
    private const int VowelCount = 21;
    private const int TrailBase = 0x11A7;
    private const int TrailCount = 28;
    private const char FirstDecomposed = '\u00A0'; // below it every form leaves the text as it is
    private const char FirstCombining = '\u0300';

    /// <summary>The text in form D, C, KD or KC.</summary>
    public static string Of(string text, bool compatible, bool composed)
    {
        char changes = composed && !compatible ? FirstCombining : FirstDecomposed;
        if (!text.AsSpan().ContainsAnyInRange(changes, '\uFFFF'))
        {
            return text;
        }
        List<int> codes = Decompose(text, compatible);
        Order(codes);
        int count = composed ? Compose(codes) : codes.Count;
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < count; i++)
        {
            CodePoints.Append(result, codes[i]);
        }
        return result.ToString();
    }

    private static List<int> Decompose(string text, bool compatible)
    {
        UnicodeData data = UnicodeData.Instance;
        Dictionary<int, int[]> map = compatible ? data.Compatible : data.Canonical;
        var codes = new List<int>(text.Length + 16);
        for (int i = 0; i < text.Length; )
        {
            int code = CodePoints.At(text, i, out int width);
            i += width;
            int syllable = code - HangulBase;
            if (code < FirstDecomposed)
            {
                codes.Add(code);
            }
            else if ((uint)syllable < HangulCount)
            {
                codes.Add(LeadBase + syllable / (VowelCount * TrailCount));
                codes.Add(VowelBase + syllable / TrailCount % VowelCount);
                if (syllable % TrailCount != 0)
                {
                    codes.Add(TrailBase + syllable % TrailCount);
                }
            }
            else if (map.TryGetValue(code, out int[]? parts))
            {
                codes.AddRange(parts);
            }
            else
            {
                codes.Add(code);
            }
        }
        return codes;
    }

    // Marks that do not touch each other stand in the order of their classes.
    private static void Order(List<int> codes)
    {
        byte[] classes = UnicodeData.Instance.CombiningClasses;
        for (int start = 0; start < codes.Count; )
        {
            if (classes[codes[start]] == 0)
            {
                start++;
                continue;
            }
            int end = start + 1;
            while (end < codes.Count && classes[codes[end]] != 0)
            {
                end++;
            }
            if (end - start > 1)
            {
                int[] ordered = [.. codes.GetRange(start, end - start).OrderBy(code => classes[code])];
                for (int i = 0; i < ordered.Length; i++)
                {
                    codes[start + i] = ordered[i];
                }
            }
            start = end;
        }
    }

    private static int Compose(List<int> codes)
    {
        byte[] classes = UnicodeData.Instance.CombiningClasses;
        int count = 0;
        int starter = -1;
        int last = -1; // class of the code written before, or -1 directly after the starter
        foreach (int code in codes)
        {
            int own = classes[code];
            if (starter >= 0 && last < own && Composition(codes[starter], code) is int composed)
            {
                Write(codes, starter, composed);
                continue;
            }
            if (own == 0)
            {
                starter = count;
                last = -1;
            }
            else
            {
                last = own;
            }
            Write(codes, count++, code);
        }
        return count;
    }

    // What is written never runs ahead of what is read.
    private static void Write(List<int> codes, int at, int code) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(codes)[at] = code;

    private static int? Composition(int first, int second)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            return HangulBase + (lead * VowelCount + vowel) * TrailCount;
        }
        int syllable = first - HangulBase;
        int trail = second - TrailBase;
        if ((uint)syllable < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            return first + trail;
        }
        return UnicodeData.Instance.Compositions.TryGetValue(((long)first << 32) | (uint)second, out int composed)
            ? composed
            : null;
    }
}
