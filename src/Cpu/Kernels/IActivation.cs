using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>A function of one number, eight at a time.</summary>
internal interface IActivation
{
    /// <summary>The function of each number.</summary>
    static abstract Vector256<float> Of(Vector256<float> x);
}
