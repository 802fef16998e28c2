using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BrainElement : IElement
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One(byte* at) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)at << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* at)
    {
        if (Avx2.IsSupported)
        {
            return (Avx2.ConvertToVector256Int32((ushort*)at) << 16).AsSingle();
        }

        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load((ushort*)at));
        return Vector256.Create(low << 16, high << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen(byte* at) =>
        Avx512F.IsSupported
            ? (Avx512F.ConvertToVector512Int32(Vector256.Load((ushort*)at)) << 16).AsSingle()
            : Vector512.Create(Eight(at), Eight(at + (8 * sizeof(ushort))));
}
