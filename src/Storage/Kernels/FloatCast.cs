using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Kernels;

/// <summary>
/// Conversion between the wide floating-point types, rounding to nearest even, as torch does it: everything goes through
/// float32, also from float64 to a 16-bit type. NaN stays NaN.
/// </summary>
public static class FloatCast
{
    private const int Block = 1024;

    /// <summary>Converts all elements of <paramref name="source"/>, which has as many as <paramref name="destination"/>.</summary>
    public static void Convert(DType from, ReadOnlySpan<byte> source, DType to, Span<byte> destination)
    {
        if (from == DType.F32)
        {
            FromSingle(MemoryMarshal.Cast<byte, float>(source), to, destination);
            return;
        }

        if (to == DType.F32)
        {
            ToSingle(from, source, MemoryMarshal.Cast<byte, float>(destination));
            return;
        }

        Span<float> singles = stackalloc float[Block];
        int fromBytes = from.BitCount() / 8;
        int toBytes = to.BitCount() / 8;
        for (int done = 0; done * fromBytes < source.Length; done += Block)
        {
            int count = Math.Min(Block, (source.Length / fromBytes) - done);
            ToSingle(from, source.Slice(done * fromBytes, count * fromBytes), singles[..count]);
            FromSingle(singles[..count], to, destination.Slice(done * toBytes, count * toBytes));
        }
    }

    private static void ToSingle(DType from, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (from)
        {
            case DType.BF16:
                BrainToSingle(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case DType.F16:
                HalfCast.ToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case DType.F64:
                DoubleToSingle(MemoryMarshal.Cast<byte, double>(source), destination);
                break;
            default:
                throw NotWide(from);
        }
    }

    private static void FromSingle(ReadOnlySpan<float> source, DType to, Span<byte> destination)
    {
        switch (to)
        {
            case DType.BF16:
                SingleToBrain(source, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case DType.F16:
                HalfCast.FromSingle(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            case DType.F64:
                SingleToDouble(source, MemoryMarshal.Cast<byte, double>(destination));
                break;
            case DType.F32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            default:
                throw NotWide(to);
        }
    }

    private static void SingleToDouble(ReadOnlySpan<float> source, Span<double> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(source[i..]));
            low.CopyTo(destination[i..]);
            high.CopyTo(destination[(i + Vector256<double>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    private static void DoubleToSingle(ReadOnlySpan<double> source, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<double> low = Vector256.Create(source[i..]);
            Vector256<double> high = Vector256.Create(source[(i + Vector256<double>.Count)..]);
            Vector256.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    private static void BrainToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(source[i..]));
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector256<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            bits[i] = (uint)source[i] << 16;
        }
    }

    private static void SingleToBrain(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(source);
        int i = 0;
        for (; i <= bits.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            Vector256<uint> low = Round(Vector256.Create(bits[i..]));
            Vector256<uint> high = Round(Vector256.Create(bits[(i + Vector256<uint>.Count)..]));
            Vector256.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i < bits.Length; i++)
        {
            destination[i] = (ushort)Round(Vector256.Create(bits[i])).ToScalar();
        }
    }

    /// <summary>The upper halves, rounded: half a unit, less one bit if the last kept bit is even, carries upwards.</summary>
    private static Vector256<uint> Round(Vector256<uint> bits)
    {
        Vector256<uint> isOdd = (bits >>> 16) & Vector256<uint>.One;
        Vector256<uint> rounded = (bits + Vector256.Create(0x7fffu) + isOdd) >>> 16;
        Vector256<uint> isNan = Vector256.GreaterThan(
            bits & Vector256.Create(0x7fff_ffffu),
            Vector256.Create(0x7f80_0000u)
        );

        // A NaN whose payload lies in the lower half alone would become infinity: make it quiet.
        return Vector256.ConditionalSelect(isNan, (bits >>> 16) | Vector256.Create(0x40u), rounded);
    }

    private static ArgumentException NotWide(DType dtype) =>
        new($"{dtype} is no wide floating-point type.", nameof(dtype));
}
