using System.Numerics;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Kernels;

/// <summary>The numbers that stored elements stand for. Exact, but for 64-bit integers beyond 2^53.</summary>
public static class Numbers
{
    private static readonly double[] F8E4M3 = new FloatFormat(4, 3, 7, FloatSpecials.LastIsNan).Table();
    private static readonly double[] F8E5M2 = new FloatFormat(5, 2, 15, FloatSpecials.Ieee).Table();
    private static readonly double[] F8E4M3Fnuz = new FloatFormat(4, 3, 8, FloatSpecials.NegativeZeroIsNan).Table();
    private static readonly double[] F8E5M2Fnuz = new FloatFormat(5, 2, 16, FloatSpecials.NegativeZeroIsNan).Table();
    private static readonly double[] F4 = new FloatFormat(2, 1, 1, FloatSpecials.None).Table();

    /// <summary>True for the types that <see cref="Read"/> knows: all but complex numbers and the 6-bit floats.</summary>
    public static bool CanRead(DType dtype) => dtype is not (DType.C64 or DType.C128 or DType.F6E2M3 or DType.F6E3M2);

    /// <summary>Reads all elements of <paramref name="source"/>; <paramref name="destination"/> has room for them, or more.</summary>
    public static void Read(DType dtype, ReadOnlySpan<byte> source, Span<double> destination)
    {
        destination = destination[..(source.Length * 8 / dtype.BitCount())];
        switch (dtype)
        {
            case DType.BF16 or DType.F16 or DType.F32:
                FloatCast.Convert(dtype, source, DType.F64, MemoryMarshal.AsBytes(destination));
                break;
            case DType.F64:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case DType.F8E4M3:
                LookUp(F8E4M3, source, destination);
                break;
            case DType.F8E5M2:
                LookUp(F8E5M2, source, destination);
                break;
            case DType.F8E4M3Fnuz:
                LookUp(F8E4M3Fnuz, source, destination);
                break;
            case DType.F8E5M2Fnuz:
                LookUp(F8E5M2Fnuz, source, destination);
                break;
            case DType.F8E8M0:
                for (int i = 0; i < source.Length; i++)
                {
                    destination[i] = source[i] == byte.MaxValue ? double.NaN : Math.ScaleB(1, source[i] - 127);
                }

                break;
            case DType.F4:
                for (int i = 0; i < source.Length; i++)
                {
                    destination[2 * i] = F4[source[i] & 15];
                    destination[(2 * i) + 1] = F4[source[i] >> 4];
                }

                break;
            case DType.Bool or DType.U8:
                Widen<byte>(source, destination);
                break;
            case DType.I8:
                Widen<sbyte>(source, destination);
                break;
            case DType.I16:
                Widen<short>(source, destination);
                break;
            case DType.U16:
                Widen<ushort>(source, destination);
                break;
            case DType.I32:
                Widen<int>(source, destination);
                break;
            case DType.U32:
                Widen<uint>(source, destination);
                break;
            case DType.I64:
                Widen<long>(source, destination);
                break;
            case DType.U64:
                Widen<ulong>(source, destination);
                break;
            default:
                throw new ArgumentException($"{dtype} cannot be read as numbers.", nameof(dtype));
        }
    }

    private static void LookUp(double[] table, ReadOnlySpan<byte> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = table[source[i]];
        }
    }

    private static void Widen<T>(ReadOnlySpan<byte> source, Span<double> destination)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> integers = MemoryMarshal.Cast<byte, T>(source);
        for (int i = 0; i < integers.Length; i++)
        {
            destination[i] = double.CreateTruncating(integers[i]);
        }
    }
}
