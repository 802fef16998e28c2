using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// float16: its exponent and fraction, put where those of a float32 are, are a number 2^112 times too small, subnormal ones included.
/// </summary>
internal readonly unsafe struct HalfElement : IElement
{
    private const float Scale = 5.192296858534828e33f; // 2^112
    private const int Overflow = 0x0f800000; // infinity and NaN have this exponent after the shift

    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One(byte* at) => (float)*(Half*)at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* at)
    {
        Vector256<int> bits;
        if (Avx2.IsSupported)
        {
            bits = Avx2.ConvertToVector256Int32((ushort*)at);
        }
        else
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load((ushort*)at));
            bits = Vector256.Create(low, high).AsInt32();
        }

        Vector256<int> size = (bits & Vector256.Create(0x7fff)) << 13;
        Vector256<int> scaled = (size.AsSingle() * Scale).AsInt32();
        Vector256<int> special = Vector256.GreaterThanOrEqual(size, Vector256.Create(Overflow));
        scaled |= special & Vector256.Create(0x7f800000);
        return (scaled | ((bits & Vector256.Create(0x8000)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen(byte* at) => Vector512.Create(Eight(at), Eight(at + (8 * sizeof(ushort))));
}
