using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class HalfCastTests
{
    [Fact]
    public void Every_half_widens_to_the_bits_that_the_runtime_gives()
    {
        Half[] halves = [.. Enumerable.Range(0, 65536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[] singles = new float[halves.Length];
        HalfCast.ToSingle(halves, singles);
        for (int i = 0; i < halves.Length; i++)
        {
            Assert.Equal(
                BitConverter.SingleToUInt32Bits((float)halves[i]),
                BitConverter.SingleToUInt32Bits(singles[i])
            );
        }
    }

    [Fact]
    public void Singles_around_every_half_and_half_way_between_narrow_as_the_runtime_narrows_them()
    {
        List<float> singles = [];
        for (int bits = 0; bits < 65536; bits++)
        {
            float at = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            float next = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            float middle = (float)(((double)at + next) / 2);
            singles.AddRange([at, middle, MathF.BitIncrement(at), MathF.BitDecrement(at)]);
            singles.AddRange([MathF.BitIncrement(middle), MathF.BitDecrement(middle)]);
        }

        // Around the limit beyond which everything is infinite, and below the smallest half.
        singles.AddRange([
            65519.996f,
            65520f,
            65536f,
            1e38f,
            -65520f,
            2.9802322e-8f,
            2.9802326e-8f,
            1e-40f,
            -1e-45f,
            0f,
        ]);
        AssertNarrowed([.. singles]);
    }

    [Fact]
    public void Singles_of_random_bits_narrow_as_the_runtime_narrows_them()
    {
        Random random = new(1);
        float[] singles = new float[1_000_003];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(singles.AsSpan()));
        AssertNarrowed(singles);
        AssertNarrowed([
            .. singles.Select((single, i) => MathF.ScaleB((i % 2048) - 1024 + (single % 1), (i % 40) - 24)),
        ]);
    }

    private static void AssertNarrowed(float[] singles)
    {
        Half[] halves = new Half[singles.Length];
        HalfCast.FromSingle(singles, halves);
        for (int i = 0; i < singles.Length; i++)
        {
            ushort expected = BitConverter.HalfToUInt16Bits((Half)singles[i]);
            ushort found = BitConverter.HalfToUInt16Bits(halves[i]);
            if (expected != found)
            {
                Assert.Fail(
                    $"{singles[i]:R} ({BitConverter.SingleToUInt32Bits(singles[i]):x8}): {found:x4}, not {expected:x4}"
                );
            }
        }
    }
}
