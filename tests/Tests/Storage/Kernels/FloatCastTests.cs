using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class FloatCastTests
{
    [Fact]
    public void Every_bfloat16_survives_the_way_over_float32()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(bits => (ushort)bits)];
        float[] singles = Cast<ushort, float>(DType.BF16, all, DType.F32);
        for (int bits = 0; bits < all.Length; bits++)
        {
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(singles[bits]));
        }

        ushort[] back = Cast<float, ushort>(DType.F32, singles, DType.BF16);
        for (int bits = 0; bits < all.Length; bits++)
        {
            Assert.Equal(float.IsNaN(singles[bits]) ? all[bits] | 0x40 : all[bits], back[bits]);
        }
    }

    [Fact]
    public void Every_half_survives_the_way_over_float32_and_float64()
    {
        Half[] all = [.. Enumerable.Range(0, 65536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        Assert.Equal(all, Cast<float, Half>(DType.F32, Cast<Half, float>(DType.F16, all, DType.F32), DType.F16));
        Assert.Equal(all, Cast<double, Half>(DType.F64, Cast<Half, double>(DType.F16, all, DType.F64), DType.F16));
    }

    [Theory]
    [InlineData(0x3f80_8000u, 0x3f80)] // half way, even stays
    [InlineData(0x3f81_8000u, 0x3f82)] // half way, odd rises
    [InlineData(0x3f80_8001u, 0x3f81)]
    [InlineData(0x7f7f_ffffu, 0x7f80)] // the largest number becomes infinity
    [InlineData(0x7f80_0001u, 0x7fc0)] // a NaN that would lose its payload
    [InlineData(0xff80_0000u, 0xff80)]
    [InlineData(0x8000_0000u, 0x8000)]
    public void Float32_is_rounded_to_the_nearest_even_bfloat16(uint single, int brain)
    {
        // Two lengths: one vector and a lone element.
        foreach (int count in (int[])[16, 1])
        {
            float[] source = [.. Enumerable.Repeat(BitConverter.UInt32BitsToSingle(single), count)];
            Assert.All(Cast<float, ushort>(DType.F32, source, DType.BF16), found => Assert.Equal(brain, found));
        }
    }

    [Fact]
    public void A_cast_view_reads_any_range()
    {
        float[] numbers = [.. Enumerable.Range(0, 100_000).Select(i => (i - 50_000) / 7f)];
        TensorView view = new MemoryView(
            DType.F32,
            [100_000],
            MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()
        ).CastTo(DType.F16);
        Half[] all = [.. numbers.Select(number => (Half)number)];
        Assert.Equal(MemoryMarshal.AsBytes(all.AsSpan()).ToArray(), view.ToArray());
        byte[] part = new byte[2 * 70_001];
        view.Read(2 * 29_999, part);
        Assert.Equal(MemoryMarshal.AsBytes(all.AsSpan(29_999)).ToArray(), part);
    }

    private static TTo[] Cast<TFrom, TTo>(DType from, TFrom[] source, DType to)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        TTo[] result = new TTo[source.Length];
        FloatCast.Convert(from, MemoryMarshal.AsBytes(source.AsSpan()), to, MemoryMarshal.AsBytes(result.AsSpan()));
        return result;
    }
}
