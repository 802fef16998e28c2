using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Spreads codes of four bits, the low half of a byte first, over a byte each.</summary>
internal static class Nibbles
{
    /// <summary>Each half of a byte becomes the entry of a table of 16; <paramref name="codes"/> is twice as long as the bytes.</summary>
    public static void Unpack(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> table, Span<byte> codes)
    {
        Vector128<byte> entries = Vector128.Create(table);
        int i = 0;
        for (; i <= bytes.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(bytes[i..]));
            Vector128.Shuffle(entries, Spread(low)).CopyTo(codes[(2 * i)..]);
            Vector128.Shuffle(entries, Spread(high)).CopyTo(codes[((2 * i) + Vector128<byte>.Count)..]);
        }

        for (; i < bytes.Length; i++)
        {
            codes[2 * i] = table[bytes[i] & 15];
            codes[(2 * i) + 1] = table[bytes[i] >> 4];
        }
    }

    private static Vector128<byte> Spread(Vector128<ushort> bytes) =>
        ((bytes & Vector128.Create((ushort)0x000f)) | ((bytes << 4) & Vector128.Create((ushort)0x0f00))).AsByte();
}
