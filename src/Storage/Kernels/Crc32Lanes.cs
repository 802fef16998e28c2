using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MegatronBridge.Storage.Kernels;

/// <summary>What the folding needs of a vector of one or more 128-bit lanes.</summary>
internal interface ICrc32Lanes<TVector>
{
    /// <summary>The same 128 bits in every lane.</summary>
    static abstract TVector Repeat(Vector128<ulong> lane);

    /// <summary>The register as the first four bytes of a vector.</summary>
    static abstract TVector Start(uint state);

    /// <summary>The vector at <paramref name="source"/>.</summary>
    static abstract TVector Load(ref byte source);

    /// <summary>Sum of polynomials: exclusive or.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>In each lane the product of the lower halves plus the product of the upper halves.</summary>
    static abstract TVector Multiply(TVector left, TVector right);
}

/// <summary>One lane.</summary>
internal readonly struct Crc32Lanes128 : ICrc32Lanes<Vector128<ulong>>
{
    public static Vector128<ulong> Repeat(Vector128<ulong> lane) => lane;

    public static Vector128<ulong> Start(uint state) => Vector128.CreateScalar((ulong)state);

    public static Vector128<ulong> Load(ref byte source) => Unsafe.ReadUnaligned<Vector128<ulong>>(ref source);

    public static Vector128<ulong> Add(Vector128<ulong> left, Vector128<ulong> right) => left ^ right;

    public static Vector128<ulong> Multiply(Vector128<ulong> left, Vector128<ulong> right) =>
        Pclmulqdq.CarrylessMultiply(left, right, 0x00) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x11);
}

/// <summary>Two lanes.</summary>
internal readonly struct Crc32Lanes256 : ICrc32Lanes<Vector256<ulong>>
{
    public static Vector256<ulong> Repeat(Vector128<ulong> lane) => Vector256.Create(lane, lane);

    public static Vector256<ulong> Start(uint state) => Vector256.CreateScalar((ulong)state);

    public static Vector256<ulong> Load(ref byte source) => Unsafe.ReadUnaligned<Vector256<ulong>>(ref source);

    public static Vector256<ulong> Add(Vector256<ulong> left, Vector256<ulong> right) => left ^ right;

    public static Vector256<ulong> Multiply(Vector256<ulong> left, Vector256<ulong> right) =>
        Pclmulqdq.V256.CarrylessMultiply(left, right, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(left, right, 0x11);
}

/// <summary>Four lanes.</summary>
internal readonly struct Crc32Lanes512 : ICrc32Lanes<Vector512<ulong>>
{
    public static Vector512<ulong> Repeat(Vector128<ulong> lane) =>
        Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));

    public static Vector512<ulong> Start(uint state) => Vector512.CreateScalar((ulong)state);

    public static Vector512<ulong> Load(ref byte source) => Unsafe.ReadUnaligned<Vector512<ulong>>(ref source);

    public static Vector512<ulong> Add(Vector512<ulong> left, Vector512<ulong> right) => left ^ right;

    public static Vector512<ulong> Multiply(Vector512<ulong> left, Vector512<ulong> right) =>
        Pclmulqdq.V512.CarrylessMultiply(left, right, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(left, right, 0x11);
}
