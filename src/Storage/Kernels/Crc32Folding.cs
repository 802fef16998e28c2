using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Kernels;

/// <summary>
/// CRC-32 by carry-less multiplication. Four vectors slide over the bytes; each step multiplies them by the power of x
/// that is their distance and adds the next bytes, so that what remains is a short message with the same CRC.
/// </summary>
internal static class Crc32Folding
{
    private const int VectorCount = 4;

    /// <summary>The register after as much of <paramref name="bytes"/> as pays to be taken off its front.</summary>
    public static uint Append<TLanes, TVector>(uint state, ref ReadOnlySpan<byte> bytes)
        where TLanes : struct, ICrc32Lanes<TVector>
        where TVector : struct
    {
        int size = Unsafe.SizeOf<TVector>();
        int step = VectorCount * size;
        if (bytes.Length < 2 * step)
        {
            return state;
        }

        ref byte next = ref MemoryMarshal.GetReference(bytes);
        TVector a = TLanes.Add(TLanes.Load(ref next), TLanes.Start(state));
        TVector b = TLanes.Load(ref Unsafe.Add(ref next, size));
        TVector c = TLanes.Load(ref Unsafe.Add(ref next, 2 * size));
        TVector d = TLanes.Load(ref Unsafe.Add(ref next, 3 * size));

        TVector factor = Constants<TLanes, TVector>.Factor;
        int steps = bytes.Length / step;
        for (int i = 1; i < steps; i++)
        {
            next = ref Unsafe.Add(ref next, step);
            a = TLanes.Add(TLanes.Multiply(a, factor), TLanes.Load(ref next));
            b = TLanes.Add(TLanes.Multiply(b, factor), TLanes.Load(ref Unsafe.Add(ref next, size)));
            c = TLanes.Add(TLanes.Multiply(c, factor), TLanes.Load(ref Unsafe.Add(ref next, 2 * size)));
            d = TLanes.Add(TLanes.Multiply(d, factor), TLanes.Load(ref Unsafe.Add(ref next, 3 * size)));
        }

        bytes = bytes[(steps * step)..];
        ReadOnlySpan<TVector> remainder = [a, b, c, d];
        return Crc32.AppendByTable(0, MemoryMarshal.AsBytes(remainder));
    }

    private static class Constants<TLanes, TVector>
        where TLanes : struct, ICrc32Lanes<TVector>
        where TVector : struct
    {
        // A product of reflected numbers comes out one bit low, which the shift by one makes good. The lower half of a
        // lane stands 64 bits before the upper half, and a 32-bit factor stands 32 bits before the end of its half.
        public static readonly TVector Factor = TLanes.Repeat(
            Vector128.Create(
                (ulong)Crc32.PowerOfX((UInt128)((8 * VectorCount * Unsafe.SizeOf<TVector>()) + 32)) << 1,
                (ulong)Crc32.PowerOfX((UInt128)((8 * VectorCount * Unsafe.SizeOf<TVector>()) - 32)) << 1
            )
        );
    }
}
