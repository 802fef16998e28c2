using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MegatronBridge.Storage.Kernels;

/// <summary>The CRC-32 of zip archives (polynomial 0x04C11DB7, reflected), as zlib's <c>crc32</c> computes it.</summary>
public static class Crc32
{
    // Here and in everything below bit 31 stands for x^0 and bit 0 for x^31.
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 1u << 31;

    private static readonly uint[] Tables = MakeTables(); // [256 k + b]: the byte b followed by k zero bytes
    private static readonly uint[] Powers = MakePowers(); // [k]: x^(2^k) mod P

    /// <summary>The CRC of bytes that have <paramref name="crc"/> (0 for none), followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (Pclmulqdq.V512.IsSupported)
        {
            state = Crc32Folding.Append<Crc32Lanes512, Vector512<ulong>>(state, ref bytes);
        }
        else if (Pclmulqdq.V256.IsSupported)
        {
            state = Crc32Folding.Append<Crc32Lanes256, Vector256<ulong>>(state, ref bytes);
        }

        if (Pclmulqdq.IsSupported)
        {
            state = Crc32Folding.Append<Crc32Lanes128, Vector128<ulong>>(state, ref bytes);
        }

        return ~AppendByTable(state, bytes);
    }

    /// <summary>The CRC of two pieces of bytes, one behind the other, from the CRC of each.</summary>
    /// <param name="a">CRC of the first piece.</param>
    /// <param name="b">CRC of the second piece.</param>
    /// <param name="lengthOfB">Size of the second piece in bytes.</param>
    public static uint Combine(uint a, uint b, long lengthOfB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthOfB);
        return MultiplyModulo(a, PowerOfX((UInt128)lengthOfB * 8)) ^ b;
    }

    /// <summary>The register (the CRC with all bits flipped) after <paramref name="bytes"/>, eight bytes a step.</summary>
    internal static uint AppendByTable(uint state, ReadOnlySpan<byte> bytes)
    {
        uint[] tables = Tables;
        while (bytes.Length >= 8)
        {
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state;
            state = 0;
            for (int i = 0; i < 8; i++)
            {
                state ^= tables[(256 * (7 - i)) + (byte)(eight >> (8 * i))];
            }

            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            state = tables[(byte)(state ^ b)] ^ (state >> 8);
        }

        return state;
    }

    /// <summary>x to the given power, modulo the polynomial.</summary>
    internal static uint PowerOfX(UInt128 exponent)
    {
        uint power = One;
        for (int k = 0; exponent != 0; k++, exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                power = MultiplyModulo(power, Powers[k]);
            }
        }

        return power;
    }

    private static uint MultiplyModulo(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            if ((a & One) != 0)
            {
                product ^= b;
            }

            b = TimesX(b);
        }

        return product;
    }

    private static uint TimesX(uint a) => (a >> 1) ^ ((a & 1) == 0 ? 0 : Polynomial);

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (int b = 0; b < 256; b++)
        {
            uint entry = (uint)b;
            for (int bit = 0; bit < 8; bit++)
            {
                entry = TimesX(entry);
            }

            tables[b] = entry;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            uint shorter = tables[i - 256];
            tables[i] = tables[(byte)shorter] ^ (shorter >> 8);
        }

        return tables;
    }

    private static uint[] MakePowers()
    {
        uint[] powers = new uint[67]; // a length of 2^63 bytes has 2^66 bits
        powers[0] = TimesX(One);
        for (int k = 1; k < powers.Length; k++)
        {
            powers[k] = MultiplyModulo(powers[k - 1], powers[k - 1]);
        }

        return powers;
    }
}
