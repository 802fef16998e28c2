using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class PlusViewTests
{
    [Fact]
    public void Every_bfloat16_is_added_to_in_float32_and_rounded_to_nearest_even()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(bits => (ushort)bits)];
        ushort[] sums = MemoryMarshal.Cast<byte, ushort>(View(DType.BF16, all).Plus(-1).ToArray()).ToArray();
        for (int i = 0; i < all.Length; i++)
        {
            float sum = BitConverter.UInt32BitsToSingle((uint)i << 16) - 1;
            if (float.IsNaN(sum))
            {
                Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)sums[i] << 16)));
                continue;
            }

            // Of the two neighbours the nearer one; the even one when both are as near.
            uint bits = BitConverter.SingleToUInt32Bits(sum);
            ushort below = (ushort)(bits >> 16);
            uint rest = bits & 0xffff;
            ushort expected = rest > 0x8000 || (rest == 0x8000 && below % 2 == 1) ? (ushort)(below + 1) : below;
            Assert.Equal(expected, sums[i]);
        }
    }

    [Fact]
    public void Other_types_keep_their_precision()
    {
        Assert.Equal([2f, -0.5f], Read<float>(View(DType.F32, 1f, -1.5f).Plus(1)));
        Assert.Equal([1.0 + 1e-12], Read<double>(View(DType.F64, 1e-12).Plus(1)));
        Assert.Equal([(Half)1.5], Read<Half>(View(DType.F16, (Half)0.5).Plus(1)));
        Assert.Throws<ArgumentException>(() => View(DType.U8, (byte)1).Plus(1));
    }

    private static T[] Read<T>(TensorView view)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(view.ToArray()).ToArray();

    private static MemoryView View<T>(DType dtype, params T[] values)
        where T : unmanaged => new(dtype, [values.Length], MemoryMarshal.AsBytes<T>(values).ToArray());
}
