using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Transposition of matrices of 16-bit elements, eight by eight in registers.</summary>
internal static class Transpose16
{
    private const int Block = 8;

    private static bool IsAccelerated => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>
    /// Writes the columns of <paramref name="source"/> as rows: <paramref name="rows"/> rows that are
    /// <paramref name="sourceStride"/> elements apart, to <paramref name="columns"/> rows that are
    /// <paramref name="destinationStride"/> apart.
    /// </summary>
    public static void Tile(
        ReadOnlySpan<ushort> source,
        int sourceStride,
        Span<ushort> destination,
        int destinationStride,
        int rows,
        int columns
    )
    {
        // The last element that the loops touch; the references below are unchecked.
        _ = source[((rows - 1) * sourceStride) + columns - 1];
        _ = destination[((columns - 1) * destinationStride) + rows - 1];
        ref ushort from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref MemoryMarshal.GetReference(destination);
        int wholeRows = IsAccelerated ? rows / Block * Block : 0;
        int wholeColumns = columns / Block * Block;
        for (int x = 0; x < wholeColumns && wholeRows > 0; x += Block)
        {
            for (int y = 0; y < wholeRows; y += Block)
            {
                TransposeBlock(
                    ref Unsafe.Add(ref from, (y * sourceStride) + x),
                    sourceStride,
                    ref Unsafe.Add(ref to, (x * destinationStride) + y),
                    destinationStride
                );
            }
        }

        for (int x = 0; x < columns; x++)
        {
            for (int y = x < wholeColumns ? wholeRows : 0; y < rows; y++)
            {
                Unsafe.Add(ref to, (x * destinationStride) + y) = Unsafe.Add(ref from, (y * sourceStride) + x);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(ref ushort from, int fromStride, ref ushort to, int toStride)
    {
        // Rows that are four apart are interleaved, three times: each time the rows' numbers turn by one bit.
        Vector128<ushort> a0 = Row(ref from, 0 * fromStride);
        Vector128<ushort> a1 = Row(ref from, 1 * fromStride);
        Vector128<ushort> a2 = Row(ref from, 2 * fromStride);
        Vector128<ushort> a3 = Row(ref from, 3 * fromStride);
        Vector128<ushort> a4 = Row(ref from, 4 * fromStride);
        Vector128<ushort> a5 = Row(ref from, 5 * fromStride);
        Vector128<ushort> a6 = Row(ref from, 6 * fromStride);
        Vector128<ushort> a7 = Row(ref from, 7 * fromStride);
        for (int round = 0; round < 3; round++)
        {
            (Vector128<ushort> b0, Vector128<ushort> b1) = (ZipLow(a0, a4), ZipHigh(a0, a4));
            (Vector128<ushort> b2, Vector128<ushort> b3) = (ZipLow(a1, a5), ZipHigh(a1, a5));
            (Vector128<ushort> b4, Vector128<ushort> b5) = (ZipLow(a2, a6), ZipHigh(a2, a6));
            (Vector128<ushort> b6, Vector128<ushort> b7) = (ZipLow(a3, a7), ZipHigh(a3, a7));
            (a0, a1, a2, a3, a4, a5, a6, a7) = (b0, b1, b2, b3, b4, b5, b6, b7);
        }

        a0.StoreUnsafe(ref to);
        a1.StoreUnsafe(ref Unsafe.Add(ref to, 1 * toStride));
        a2.StoreUnsafe(ref Unsafe.Add(ref to, 2 * toStride));
        a3.StoreUnsafe(ref Unsafe.Add(ref to, 3 * toStride));
        a4.StoreUnsafe(ref Unsafe.Add(ref to, 4 * toStride));
        a5.StoreUnsafe(ref Unsafe.Add(ref to, 5 * toStride));
        a6.StoreUnsafe(ref Unsafe.Add(ref to, 6 * toStride));
        a7.StoreUnsafe(ref Unsafe.Add(ref to, 7 * toStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Row(ref ushort from, int offset) =>
        Vector128.LoadUnsafe(ref Unsafe.Add(ref from, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipLow(Vector128<ushort> a, Vector128<ushort> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipHigh(Vector128<ushort> a, Vector128<ushort> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
