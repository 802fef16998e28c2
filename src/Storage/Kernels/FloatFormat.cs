namespace MegatronBridge.Storage.Kernels;

/// <summary>How the bits of a small floating-point number are divided, and which of its codes are special.</summary>
/// <param name="ExponentBits">Bits of the exponent.</param>
/// <param name="MantissaBits">Bits behind the point.</param>
/// <param name="Bias">What is subtracted from the exponent.</param>
/// <param name="Specials">The codes that are no numbers.</param>
internal readonly record struct FloatFormat(int ExponentBits, int MantissaBits, int Bias, FloatSpecials Specials)
{
    /// <summary>The number that each code stands for; the sign is the highest bit.</summary>
    public double[] Table()
    {
        double[] table = new double[1 << (1 + ExponentBits + MantissaBits)];
        for (int code = 0; code < table.Length; code++)
        {
            table[code] = Value(code);
        }

        return table;
    }

    private double Value(int code)
    {
        int signBit = 1 << (ExponentBits + MantissaBits);
        int magnitude = code & (signBit - 1);
        int exponent = magnitude >> MantissaBits;
        int mantissa = magnitude & ((1 << MantissaBits) - 1);
        bool isTop = exponent == (1 << ExponentBits) - 1;
        double sign = code == magnitude ? 1 : -1;
        return Specials switch
        {
            FloatSpecials.NegativeZeroIsNan when code == signBit => double.NaN,
            FloatSpecials.LastIsNan when magnitude == signBit - 1 => double.NaN,
            FloatSpecials.Ieee when isTop => mantissa == 0 ? sign * double.PositiveInfinity : double.NaN,
            _ when exponent == 0 => sign * Math.ScaleB(mantissa, 1 - Bias - MantissaBits),
            _ => sign * Math.ScaleB((1 << MantissaBits) + mantissa, exponent - Bias - MantissaBits),
        };
    }
}
