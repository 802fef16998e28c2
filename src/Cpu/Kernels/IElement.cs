using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>How the stored elements of a weight become float32 numbers, in registers.</summary>
internal unsafe interface IElement
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Size { get; }

    /// <summary>The element at an address.</summary>
    static abstract float One(byte* at);

    /// <summary>The eight elements from an address on.</summary>
    static abstract Vector256<float> Eight(byte* at);

    /// <summary>The sixteen elements from an address on.</summary>
    static abstract Vector512<float> Sixteen(byte* at);
}
