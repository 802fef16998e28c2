using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Conversion between half and single precision, eight numbers a step; the same bits as the conversions of .NET.</summary>
internal static class HalfCast
{
    private const int SignShift = 16;
    private const int MantissaShift = 13; // 23 bits of a single less the 10 of a half
    private const uint BiasDistance = (127 - 15) << 23;
    private const uint SingleInfinity = 0xff << 23;
    private const uint QuietNan = 1 << 22;
    private const uint SmallestNormalHalf = (127 - 14) << 23; // 2^-14 as a single
    private const uint TooLargeForHalf = (127 + 16) << 23; // 2^16 as a single

    /// <summary>Widens; exact, and NaN stays NaN with its payload.</summary>
    public static void ToSingle(ReadOnlySpan<Half> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<Half, ushort>(source);
        int i = 0;
        for (; i <= halves.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(halves[i..]));
            Widen(low).CopyTo(destination[i..]);
            Widen(high).CopyTo(destination[(i + Vector256<float>.Count)..]);
        }

        for (; i < halves.Length; i++)
        {
            destination[i] = Widen(Vector256.Create((uint)halves[i])).ToScalar();
        }
    }

    /// <summary>Narrows to the nearest, or of two equally near ones to the even half; too large numbers become infinite.</summary>
    public static void FromSingle(ReadOnlySpan<float> source, Span<Half> destination)
    {
        Span<ushort> halves = MemoryMarshal.Cast<Half, ushort>(destination);
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            Vector256<uint> low = Narrow(Vector256.Create(source[i..]));
            Vector256<uint> high = Narrow(Vector256.Create(source[(i + Vector256<float>.Count)..]));
            Vector256.Narrow(low, high).CopyTo(halves[i..]);
        }

        for (; i < source.Length; i++)
        {
            halves[i] = (ushort)Narrow(Vector256.Create(source[i])).ToScalar();
        }
    }

    private static Vector256<float> Widen(Vector256<uint> halves)
    {
        Vector256<uint> magnitude = (halves & Vector256.Create(0x7fffu)) << MantissaShift;
        Vector256<uint> isSpecial = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x7c00u << MantissaShift));
        Vector256<uint> isNan = Vector256.GreaterThan(magnitude, Vector256.Create(0x7c00u << MantissaShift));

        // Read as a single the number is 2^112 times too small; the product is exact, also for subnormal halves.
        Vector256<uint> finite = (
            magnitude.AsSingle() * Vector256.Create((127u + 127 - 15) << 23).AsSingle()
        ).AsUInt32();
        Vector256<uint> special = magnitude | Vector256.Create(SingleInfinity) | (isNan & Vector256.Create(QuietNan));
        Vector256<uint> sign = (halves & Vector256.Create(0x8000u)) << SignShift;
        return (Vector256.ConditionalSelect(isSpecial, special, finite) | sign).AsSingle();
    }

    private static Vector256<uint> Narrow(Vector256<float> singles)
    {
        Vector256<uint> bits = singles.AsUInt32();
        Vector256<uint> sign = (bits >>> SignShift) & Vector256.Create(0x8000u);
        Vector256<uint> magnitude = bits & Vector256.Create(0x7fff_ffffu);

        // Half a unit, less one bit if the last kept bit is even, carries upwards, up to infinity.
        Vector256<uint> isOdd = (magnitude >>> MantissaShift) & Vector256<uint>.One;
        Vector256<uint> normal =
            (magnitude - Vector256.Create(BiasDistance) + Vector256.Create(0xfffu) + isOdd) >>> MantissaShift;

        // Added to 2^-1, whose last bit is worth 2^-24 as in a subnormal half, the number is rounded by the addition.
        Vector256<float> half = Vector256.Create(0.5f);
        Vector256<uint> subnormal = (magnitude.AsSingle() + half).AsUInt32() - half.AsUInt32();

        Vector256<uint> nan = (magnitude >>> MantissaShift & Vector256.Create(0x3ffu)) | Vector256.Create(0x7e00u);
        Vector256<uint> result = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(SmallestNormalHalf)),
            subnormal,
            Vector256.Min(normal, Vector256.Create(0x7c00u))
        );
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(TooLargeForHalf)),
            Vector256.Create(0x7c00u),
            result
        );
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, Vector256.Create(SingleInfinity)),
            nan,
            result
        );
        return result | sign;
    }
}
