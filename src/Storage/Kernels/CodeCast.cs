using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Widens elements of one byte to single precision, which holds each of them exactly.</summary>
public static class CodeCast
{
    private const uint OneBias = 127;

    /// <summary>True for the types that <see cref="ToSingle"/> knows.</summary>
    public static bool CanRead(DType dtype) =>
        dtype is DType.F8E4M3 or DType.F8E5M2 or DType.F8E8M0 or DType.I8 or DType.U8;

    /// <summary>Widens all of <paramref name="source"/>; <paramref name="destination"/> is as long.</summary>
    public static void ToSingle(DType dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        destination = destination[..source.Length];
        switch (dtype)
        {
            case DType.F8E4M3:
                Widen<E4M3>(source, destination);
                break;
            case DType.F8E5M2:
                Widen<E5M2>(source, destination);
                break;
            case DType.F8E8M0:
                Widen<E8M0>(source, destination);
                break;
            case DType.I8:
                Widen<Signed>(source, destination);
                break;
            case DType.U8:
                Widen<Unsigned>(source, destination);
                break;
            default:
                throw new ArgumentException($"{dtype} is no type of one byte that stands for a number.", nameof(dtype));
        }
    }

    /// <summary>
    /// F8_E4M3 times a scale, rounded to bfloat16 to nearest even: the same numbers as step by step, at twice the speed.
    /// </summary>
    internal static void ToBrain(ReadOnlySpan<byte> source, float scale, Span<ushort> destination)
    {
        Vector512<float> scales = Vector512.Create(scale);
        int i = 0;
        for (; i <= source.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            ToBrain(Vector128.Create(source[i..]), scales).CopyTo(destination[i..]);
        }

        if (i < source.Length)
        {
            Span<byte> rest = stackalloc byte[Vector128<byte>.Count];
            Span<ushort> brains = stackalloc ushort[Vector256<ushort>.Count];
            rest.Clear();
            source[i..].CopyTo(rest);
            ToBrain(Vector128.Create<byte>(rest), scales).CopyTo(brains);
            brains[..(source.Length - i)].CopyTo(destination[i..]);
        }
    }

    private static Vector256<ushort> ToBrain(Vector128<byte> codes, Vector512<float> scales)
    {
        Vector512<float> numbers = E4M3.Widen(ToUInt32(codes)) * scales;
        Vector512<uint> bits = numbers.AsUInt32();
        Vector512<uint> isOdd = (bits >>> 16) & Vector512<uint>.One;
        Vector512<uint> rounded = (bits + Vector512.Create(0x7fffu) + isOdd) >>> 16;
        Vector512<uint> quiet = (bits >>> 16) | Vector512.Create(0x40u);
        Vector512<uint> isNan = Vector512.IsNaN(numbers).AsUInt32();
        Vector512<uint> brains = Vector512.ConditionalSelect(isNan, quiet, rounded);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(brains)
            : Vector256.Narrow(brains.GetLower(), brains.GetUpper());
    }

    private interface ICode
    {
        static abstract Vector512<float> Widen(Vector512<uint> codes);
    }

    private static void Widen<TCode>(ReadOnlySpan<byte> source, Span<float> destination)
        where TCode : struct, ICode
    {
        int i = 0;
        for (; i <= source.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            TCode.Widen(ToUInt32(Vector128.Create(source[i..]))).CopyTo(destination[i..]);
        }

        if (i < source.Length)
        {
            Span<byte> rest = stackalloc byte[Vector128<byte>.Count];
            Span<float> widened = stackalloc float[Vector512<float>.Count];
            rest.Clear();
            source[i..].CopyTo(rest);
            TCode.Widen(ToUInt32(Vector128.Create<byte>(rest))).CopyTo(widened);
            widened[..(source.Length - i)].CopyTo(destination[i..]);
        }
    }

    private static Vector512<uint> ToUInt32(Vector128<byte> codes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512UInt32(codes);
        }

        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(codes);
        return Vector512.Create(
            Vector256.Create(Vector128.WidenLower(low), Vector128.WidenUpper(low)),
            Vector256.Create(Vector128.WidenLower(high), Vector128.WidenUpper(high))
        );
    }

    /// <summary>
    /// Floats with a sign, an exponent and a mantissa, moved to the bits of single precision. A number without a leading one gets it by
    /// the exponent above, and loses it by a subtraction, which is exact; reckoning with such numbers themselves is slow.
    /// </summary>
    private static Vector512<float> Widen(Vector512<uint> codes, int mantissaBits, uint bias)
    {
        int shift = 23 - mantissaBits;
        Vector512<uint> magnitude = codes & Vector512.Create(0x7fu);
        Vector512<uint> bits = (magnitude << shift) + Vector512.Create((OneBias - bias) << 23);
        Vector512<float> smallest = Vector512.Create((OneBias - bias + 1) << 23).AsSingle();
        Vector512<float> small = (bits + Vector512.Create(1u << 23)).AsSingle() - smallest;
        Vector512<uint> isSmall = Vector512.LessThan(magnitude, Vector512.Create(1u << mantissaBits));
        return Vector512.ConditionalSelect(isSmall, small.AsUInt32(), bits).AsSingle();
    }

    private static Vector512<float> WithSign(Vector512<uint> codes, Vector512<float> magnitude) =>
        (magnitude.AsUInt32() | ((codes & Vector512.Create(0x80u)) << 24)).AsSingle();

    private readonly struct E4M3 : ICode
    {
        public static Vector512<float> Widen(Vector512<uint> codes)
        {
            Vector512<uint> isNan = Vector512.Equals(codes & Vector512.Create(0x7fu), Vector512.Create(0x7fu));
            Vector512<float> number = CodeCast.Widen(codes, 3, 7);
            return WithSign(
                codes,
                Vector512.ConditionalSelect(isNan.AsSingle(), Vector512.Create(0x7fc0_0000u).AsSingle(), number)
            );
        }
    }

    private readonly struct E5M2 : ICode
    {
        public static Vector512<float> Widen(Vector512<uint> codes)
        {
            Vector512<uint> isSpecial = Vector512.Equals(codes & Vector512.Create(0x7cu), Vector512.Create(0x7cu));
            Vector512<float> number = CodeCast.Widen(codes, 2, 15);
            Vector512<uint> special = number.AsUInt32() | Vector512.Create(0x7f80_0000u);
            return WithSign(codes, Vector512.ConditionalSelect(isSpecial.AsSingle(), special.AsSingle(), number));
        }
    }

    private readonly struct E8M0 : ICode
    {
        public static Vector512<float> Widen(Vector512<uint> codes)
        {
            Vector512<uint> isZero = Vector512.Equals(codes, Vector512<uint>.Zero);
            Vector512<uint> isNan = Vector512.Equals(codes, Vector512.Create(0xffu));
            Vector512<uint> power = codes << 23;
            power = Vector512.ConditionalSelect(isZero, Vector512.Create(0x0040_0000u), power); // 2^-127
            return Vector512.ConditionalSelect(isNan, Vector512.Create(0x7fc0_0000u), power).AsSingle();
        }
    }

    private readonly struct Signed : ICode
    {
        public static Vector512<float> Widen(Vector512<uint> codes) =>
            Vector512.ConvertToSingle((codes << 24).AsInt32() >> 24);
    }

    private readonly struct Unsigned : ICode
    {
        public static Vector512<float> Widen(Vector512<uint> codes) => Vector512.ConvertToSingle(codes.AsInt32());
    }
}
