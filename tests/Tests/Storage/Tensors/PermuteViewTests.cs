using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class PermuteViewTests
{
    public static TheoryData<DType, long[], int[]> Cases =>
        new()
        {
            { DType.BF16, [37, 91], [1, 0] },
            { DType.BF16, [200, 128], [1, 0] },
            { DType.F32, [200, 131], [1, 0] },
            { DType.U8, [70, 70], [1, 0] },
            { DType.F64, [9, 65], [1, 0] },
            { DType.BF16, [24, 40, 2], [2, 1, 0] },
            { DType.BF16, [2, 40, 24], [2, 1, 0] },
            { DType.BF16, [5, 6, 7, 8], [2, 0, 3, 1] },
            { DType.BF16, [5, 6, 7, 8], [0, 2, 1, 3] },
            { DType.BF16, [3, 1, 70], [2, 1, 0] },
            { DType.F32, [6], [0] },
            { DType.F32, [], [] },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Elements_lie_where_the_order_of_the_dimensions_says(DType dtype, long[] shape, int[] axes)
    {
        TensorView tensor = Numbered(dtype, shape);
        Assert.Equal(Expected(tensor, axes), tensor.Permute(axes).ToArray());
    }

    [Fact]
    public void Permuting_and_dividing_again_is_the_same_as_doing_it_step_by_step()
    {
        Random random = new(11);
        for (int i = 0; i < 300; i++)
        {
            long[] sizes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (long)random.Next(1, 7))];
            int[] axes = [.. Enumerable.Range(0, sizes.Length)];
            random.Shuffle(axes);
            TensorView permuted = Numbered(DType.BF16, sizes).Permute(axes);
            byte[] bytes = permuted.ToArray();
            long[] divided = [.. permuted.Shape.SelectMany(size => Divided(size, random))];
            TensorView plain = new MemoryView(DType.BF16, new(divided), bytes);
            TensorView view = permuted.Reshape(new(divided));
            Assert.Equal(plain.Shape, view.Shape);
            Assert.Equal(bytes, view.ToArray());

            int[] again = [.. Enumerable.Range(0, divided.Length)];
            random.Shuffle(again);
            Assert.Equal(plain.Permute(again).ToArray(), view.Permute(again).ToArray());
            Shape merged = [view.Shape.CountBefore(divided.Length / 2), view.Shape.CountFrom(divided.Length / 2)];
            Assert.Equal(bytes, view.Reshape(merged).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_range_and_every_cut_read_the_same_bytes(DType dtype, long[] shape, int[] axes)
    {
        TensorView view = Numbered(dtype, shape).Permute(axes);
        byte[] all = view.ToArray();
        int itemBytes = dtype.BitCount() / 8;
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            int begin = random.Next(all.Length / itemBytes) * itemBytes;
            int length = random.Next(1, ((all.Length - begin) / itemBytes) + 1) * itemBytes;
            byte[] piece = new byte[length];
            view.Read(begin, piece);
            Assert.Equal(all[begin..(begin + length)], piece);
        }

        for (int axis = 0; axis < shape.Length; axis++)
        {
            long half = view.Shape[axis] / 2;
            TensorView joined = TensorViews.Concat(
                axis,
                view.Slice(axis, 0, half),
                view.Slice(axis, half, view.Shape[axis] - half)
            );
            Assert.Equal(all, joined.ToArray());
        }
    }

    [Fact]
    public void A_tensor_larger_than_a_block_is_transposed_in_blocks()
    {
        TensorView tensor = Numbered(DType.BF16, 2101, 2099);
        TensorView back = tensor.Permute(1, 0).Permute(1, 0);
        Assert.Equal(tensor.ToArray(), back.ToArray());
        TensorView pairs = tensor.Slice(1, 0, 2098).Reshape([2101, 1049, 2]);
        Assert.Equal(pairs.ToArray(), pairs.Permute(2, 1, 0).Permute(2, 1, 0).ToArray());
    }

    [Fact]
    public void An_order_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Numbered(DType.F32, 4, 4).Permute(0));
        Assert.Throws<ArgumentException>(() => Numbered(DType.F32, 4, 4).Permute(1, 1));
        Assert.Throws<ArgumentException>(() => Numbered(DType.F4, 4, 4).Permute(1, 0));
    }

    private static byte[] Expected(TensorView tensor, int[] axes)
    {
        byte[] source = tensor.ToArray();
        int itemBytes = tensor.DType.BitCount() / 8;
        long[] strides = tensor.Shape.RowMajorStrides();
        Shape shape = new([.. axes.Select(axis => tensor.Shape[axis])]);
        byte[] result = new byte[source.Length];
        for (int element = 0; element < shape.ElementCount; element++)
        {
            long rest = element;
            long from = 0;
            for (int axis = axes.Length - 1; axis >= 0; axis--)
            {
                (rest, long index) = Math.DivRem(rest, shape[axis]);
                from += index * strides[axes[axis]];
            }

            source.AsSpan((int)from * itemBytes, itemBytes).CopyTo(result.AsSpan(element * itemBytes));
        }

        return result;
    }

    private static MemoryView Numbered(DType dtype, params long[] shape)
    {
        byte[] bytes = new byte[new Shape(shape).ElementCount * Math.Max(8, dtype.BitCount()) / 8];
        new Random(3).NextBytes(bytes);
        return new(dtype, new Shape(shape), dtype == DType.F4 ? bytes[..(bytes.Length / 2)] : bytes);
    }

    // A dimension as one, or as two, or with a dimension of 1 beside it.
    private static long[] Divided(long size, Random random)
    {
        long[] divisors = [.. Enumerable.Range(1, (int)size).Where(d => size % d == 0).Select(d => (long)d)];
        long first = divisors[random.Next(divisors.Length)];
        return random.Next(3) == 0 ? [size] : [first, size / first];
    }
}
