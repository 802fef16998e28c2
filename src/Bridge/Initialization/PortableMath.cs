namespace MegatronBridge.Initialization;

/// <summary>
/// Functions of one number that give the same bits on every machine, which those of the platform need not: they are made of operations that
/// IEEE 754 fixes. Correct to about 15 digits.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>The natural logarithm of a positive normal number.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // ln m = 2 artanh s
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int odd = 21; odd >= 1; odd -= 2)
        {
            sum = (sum * square) + (1.0 / odd);
        }

        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * s * sum));
    }

    /// <summary>e to the power of <paramref name="x"/>, which is between -700 and 700.</summary>
    public static double Exp(double x)
    {
        double halvings = Math.Round(x / (Ln2High + Ln2Low));
        double rest = x - (halvings * Ln2High) - (halvings * Ln2Low);
        double sum = 1;
        for (int factor = 18; factor >= 1; factor--)
        {
            sum = 1 + (sum * rest / factor);
        }

        return sum * BitConverter.Int64BitsToDouble(((long)halvings + 1023) << 52);
    }

    /// <summary>Sine and cosine of <paramref name="turns"/> full turns, which are between 0 and 1.</summary>
    public static (double Sin, double Cos) SinCosOfTurns(double turns)
    {
        // Quarters of a turn, and at most an eighth to either side.
        double quarter = Math.Round(turns * 4);
        double angle = (turns - (quarter / 4)) * (2 * Math.PI);
        double square = angle * angle;
        double sin = 1;
        double cos = 1;
        for (int even = 20; even >= 2; even -= 2)
        {
            sin = 1 - (square * sin / (even * (even + 1)));
            cos = 1 - (square * cos / ((even - 1) * even));
        }

        sin *= angle;
        return ((int)quarter & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }
}
