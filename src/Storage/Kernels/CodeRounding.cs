using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Rounds numbers to codes of a few bits, as torch and upstream's exports round them.</summary>
internal static class CodeRounding
{
    // The magnitudes at and below which a number goes to the smaller of two 4-bit floats.
    private static ReadOnlySpan<float> FloatBounds => [0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5f];

    /// <summary>To F8_E4M3, to nearest even; what is nearer to 480 than to 448 becomes NaN.</summary>
    public static void ToE4M3(ReadOnlySpan<float> numbers, Span<byte> codes)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(numbers);
        int i = 0;
        for (; i <= bits.Length - (2 * Vector512<uint>.Count); i += 2 * Vector512<uint>.Count)
        {
            Vector512<uint> low = ToE4M3(Vector512.Create(bits[i..]));
            Vector512<uint> high = ToE4M3(Vector512.Create(bits[(i + Vector512<uint>.Count)..]));
            Vector512<ushort> both = Vector512.Narrow(low, high);
            Vector256.Narrow(both.GetLower(), both.GetUpper()).CopyTo(codes[i..]);
        }

        for (; i < bits.Length; i++)
        {
            codes[i] = (byte)ToE4M3(Vector512.Create(bits[i])).ToScalar();
        }
    }

    /// <summary>To 4-bit floats (e2m1), the sign as the fourth bit; ties go to the smaller magnitude, and -0 has no sign.</summary>
    public static void ToE2M1(ReadOnlySpan<float> numbers, Span<byte> codes)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            float magnitude = Math.Abs(numbers[i]);
            int code = 0;
            foreach (float bound in FloatBounds)
            {
                code += magnitude <= bound ? 0 : 1; // NaN is above all
            }

            codes[i] = (byte)(code | (numbers[i] < 0 ? 8 : 0));
        }
    }

    /// <summary>To integers from -8 to 7, to nearest even, plus 8.</summary>
    public static void ToInt4(ReadOnlySpan<float> numbers, Span<byte> codes)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            float rounded = Math.Clamp(MathF.Round(numbers[i], MidpointRounding.ToEven), -8, 7);
            codes[i] = float.IsNaN(rounded) ? (byte)8 : (byte)((int)rounded + 8);
        }
    }

    private static Vector512<uint> ToE4M3(Vector512<uint> bits)
    {
        Vector512<uint> sign = (bits >>> 24) & Vector512.Create(0x80u);
        Vector512<uint> magnitude = bits & Vector512.Create(0x7fff_ffffu);

        // Numbers without a leading one: added to 2^14, the lowest bit of the sum counts in the right steps.
        Vector512<uint> step = Vector512.Create(141u << 23);
        Vector512<uint> small = (magnitude.AsSingle() + step.AsSingle()).AsUInt32() - step;

        Vector512<uint> isOdd = (magnitude >>> 20) & Vector512<uint>.One;
        Vector512<uint> normal = (magnitude - Vector512.Create(120u << 23) + Vector512.Create(0x7ffffu) + isOdd) >>> 20;

        Vector512<uint> isSmall = Vector512.LessThan(magnitude, Vector512.Create(121u << 23));
        Vector512<uint> isLarge = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(1087u << 20));
        Vector512<uint> code = Vector512.ConditionalSelect(isSmall, small, normal);
        return Vector512.ConditionalSelect(isLarge, Vector512.Create(0x7fu), code) | sign;
    }
}
