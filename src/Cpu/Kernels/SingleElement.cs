using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>float32.</summary>
internal readonly unsafe struct SingleElement : IElement
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One(byte* at) => *(float*)at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* at) => Vector256.Load((float*)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen(byte* at) => Vector512.Load((float*)at);
}
