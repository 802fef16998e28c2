using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class TensorViewTests
{
    [Fact]
    public void A_cut_joined_again_is_the_whole()
    {
        TensorView whole = Numbered(4, 6, 5);
        for (int axis = 0; axis < 3; axis++)
        {
            TensorView left = whole.Slice(axis, 0, 2);
            TensorView right = whole.Slice(axis, 2, whole.Shape[axis] - 2);
            Assert.Equal(whole.ToArray(), TensorViews.Concat(axis, left, right).ToArray());
        }
    }

    [Fact]
    public void Every_range_of_a_view_reads_the_same_bytes()
    {
        TensorView view = TensorViews.Concat(1, Numbered(7, 3, 9).Slice(2, 1, 4), Numbered(7, 2, 4)).PadTo(0, 9);
        byte[] all = view.ToArray();
        for (int offset = 0; offset < all.Length; offset += 2)
        {
            byte[] piece = new byte[Math.Min(38, all.Length - offset)];
            view.Read(offset, piece);
            Assert.Equal(all[offset..(offset + piece.Length)], piece);
        }
    }

    [Fact]
    public void A_box_reaching_outside_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Numbered(4, 4).Slice(1, 3, 2));
        Assert.False(new Box([long.MaxValue], [1]).IsInside([4]));
    }

    private static MemoryView Numbered(params long[] shape)
    {
        byte[] bytes = new byte[new Shape(shape).ElementCount * 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((i * 31) ^ (i >> 8));
        }

        return new(DType.BF16, new Shape(shape), bytes);
    }
}
