using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_polynomial_comes_out()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
        Assert.Equal(
            0x414FA339u,
            Crc32.Append(0, Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog"))
        );
    }

    [Fact]
    public void Every_length_at_every_alignment_agrees_with_the_bitwise_definition()
    {
        byte[] bytes = Noise(2100);
        for (int start = 0; start < 3; start++)
        {
            for (int length = 0; length <= 1100; length++)
            {
                ReadOnlySpan<byte> span = bytes.AsSpan(start, length);
                Assert.Equal(~BitByBit(~7u, span), Crc32.Append(7, span));
            }
        }
    }

    [Fact]
    public void Every_code_path_agrees_with_the_bitwise_definition()
    {
        byte[] bytes = Noise(5000);
        for (int length = 0; length <= bytes.Length; length += 1 + (length / 16))
        {
            ReadOnlySpan<byte> span = bytes.AsSpan(0, length);
            uint expected = BitByBit(0xDEADBEEF, span);
            Assert.Equal(expected, Crc32.AppendByTable(0xDEADBEEF, span));
            if (Pclmulqdq.IsSupported)
            {
                Assert.Equal(expected, Folded<Crc32Lanes128, Vector128<ulong>>(0xDEADBEEF, span));
            }

            if (Pclmulqdq.V256.IsSupported)
            {
                Assert.Equal(expected, Folded<Crc32Lanes256, Vector256<ulong>>(0xDEADBEEF, span));
            }

            if (Pclmulqdq.V512.IsSupported)
            {
                Assert.Equal(expected, Folded<Crc32Lanes512, Vector512<ulong>>(0xDEADBEEF, span));
            }
        }
    }

    [Fact]
    public void Pieces_combine_to_the_whole() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                ArbMap.Default.ArbFor<byte[]>(),
                (a, b) =>
                    Crc32.Combine(Crc32.Append(0, a), Crc32.Append(0, b), b.Length) == Crc32.Append(0, [.. a, .. b])
                    && Crc32.Append(Crc32.Append(0, a), b) == Crc32.Append(0, [.. a, .. b])
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Combining_with_a_huge_piece_is_the_same_as_in_two_steps()
    {
        const long Half = 1L << 61;
        uint once = Crc32.Combine(0x12345678, 0, 2 * Half);
        Assert.Equal(once, Crc32.Combine(Crc32.Combine(0x12345678, 0, Half), 0, Half));
        Assert.Equal(0x12345678u, Crc32.Combine(0x12345678, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Crc32.Combine(1, 2, -1));
    }

    private static uint Folded<TLanes, TVector>(uint state, ReadOnlySpan<byte> bytes)
        where TLanes : struct, ICrc32Lanes<TVector>
        where TVector : struct
    {
        int length = bytes.Length;
        state = Crc32Folding.Append<TLanes, TVector>(state, ref bytes);
        Assert.True(bytes.Length < Math.Max(512, length), "nothing was folded");
        return Crc32.AppendByTable(state, bytes);
    }

    private static uint BitByBit(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) == 0 ? state >> 1 : (state >> 1) ^ 0xEDB88320;
            }
        }

        return state;
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new System.Random(1).NextBytes(bytes);
        return bytes;
    }
}
