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
    public void A_box_of_a_reshaped_tensor_is_the_same_elements()
    {
        TensorView whole = Numbered(4, 6, 5);
        Box box = new([1, 2, 1], [2, 3, 4]);
        byte[] expected = whole.Slice(box).ToArray();
        Assert.Equal(
            expected,
            whole.Reshape([1, 4, 6, 1, 5]).Slice(new Box([0, 1, 2, 0, 1], [1, 2, 3, 1, 4])).ToArray()
        );
        Assert.Equal(expected, whole.Reshape([4, 1, 6, 5, 1, 1]).Reshape([4, 6, 5]).Slice(box).ToArray());
        Assert.Equal(whole.Slice(0, 3, 1).Slice(1, 2, 2).ToArray(), whole.Index(3).Slice(0, 2, 2).ToArray());
        Assert.Equal(whole.ToArray()[40..80], whole.Reshape([6, 4, 5]).Slice(0, 1, 1).ToArray());
        Assert.Equal(whole.ToArray()[8..12], whole.Reshape([60, 2]).Slice(0, 2, 1).ToArray());
        Assert.Empty(whole.Reshape([4, 1, 6, 5]).Slice(1, 1, 0).ToArray());
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
