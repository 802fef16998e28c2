using System.Globalization;

namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>
/// Reads a number as serde_json does by default: digits as a whole number, then one multiplication or division. The last bit can differ
/// from the nearest double, and scores that tie are decided by it.
/// </summary>
internal static class RustNumber
{
    private const int LargestPower = 308;

    /// <summary>The value of a JSON number's text.</summary>
    public static double Parse(string text)
    {
        int e = text.AsSpan().IndexOfAny('e', 'E');
        ReadOnlySpan<char> digits = e < 0 ? text : text.AsSpan(0, e);
        int exponent =
            e >= 0
            && int.TryParse(
                text.AsSpan(e + 1),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out int power
            )
                ? power
                : 0;
        ulong significand = 0;
        bool isFraction = false;
        bool isFull = false;
        foreach (char c in digits)
        {
            if (c == '.')
            {
                isFraction = true;
            }
            else if (char.IsAsciiDigit(c))
            {
                uint digit = (uint)(c - '0');
                isFull |= significand > (ulong.MaxValue - digit) / 10;
                significand = isFull ? significand : significand * 10 + digit;
                exponent += isFull ? (isFraction ? 0 : 1) : (isFraction ? -1 : 0);
            }
        }
        double value = significand;
        for (; value != 0 && exponent < -LargestPower; exponent += LargestPower)
        {
            value /= 1e308;
        }
        double scale = Power(Math.Min(Math.Abs(exponent), LargestPower));
        value = exponent < 0 ? value / scale : value * scale;
        return text[0] == '-' ? -value : value;
    }

    private static double Power(int exponent) => double.Parse($"1e{exponent}", CultureInfo.InvariantCulture);
}
