using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class StridedViewTests
{
    [Fact]
    public void Any_range_of_any_arrangement_reads_what_the_definition_says()
    {
        Random random = new(1);
        DType[] dtypes = [DType.U8, DType.BF16, DType.F32, DType.I64, DType.C128];
        for (int round = 0; round < 300; round++)
        {
            DType dtype = dtypes[round % dtypes.Length];
            int item = dtype.BitCount() / 8;
            int rank = random.Next(5);
            long[] sizes = [.. Enumerable.Range(0, rank).Select(_ => (long)random.Next(1, 6))];
            long[] strides = [.. Enumerable.Range(0, rank).Select(_ => (long)random.Next(9) * random.Next(60))];
            long offset = random.Next(20);
            long last = offset + Enumerable.Range(0, rank).Sum(axis => (sizes[axis] - 1) * strides[axis]);
            byte[] bytes = new byte[(last + 1 + random.Next(5)) * item];
            random.NextBytes(bytes);
            StridedView view = new(
                new MemoryView(dtype, [bytes.Length / item], bytes),
                new Shape(sizes),
                strides,
                offset
            );

            byte[] expected = Pick(bytes, item, sizes, strides, offset);
            Assert.Equal(expected, view.ToArray());
            int start = random.Next(expected.Length / item) * item;
            byte[] piece = new byte[random.Next(1, ((expected.Length - start) / item) + 1) * item];
            view.Read(start, piece);
            Assert.Equal(expected[start..(start + piece.Length)], piece);
        }
    }

    [Fact]
    public void A_large_transposed_matrix_is_read_in_blocks()
    {
        const int Rows = 3000;
        const int Columns = 2000;
        byte[] bytes = new byte[Rows * Columns * 2];
        new Random(1).NextBytes(bytes);
        CountingView matrix = new(new MemoryView(DType.F16, [Rows * Columns], bytes));
        StridedView transposed = new(matrix, [Columns, Rows], [1, Columns], 0);

        byte[] read = transposed.ToArray();
        for (int i = 0; i < read.Length / 2; i += 997)
        {
            int at = ((i % Rows * Columns) + (i / Rows)) * 2;
            Assert.Equal(bytes[at..(at + 2)], read[(2 * i)..((2 * i) + 2)]);
        }

        Assert.True(matrix.Reads <= 8, $"{matrix.Reads} reads for 12 MB");
    }

    [Fact]
    public void Arrangements_that_leave_the_base_are_refused()
    {
        MemoryView five = new(DType.U8, [5], new byte[5]);
        Assert.NotNull(new StridedView(five, [0, 3], [100, 100], 77));
        Assert.NotNull(new StridedView(five, [1, 5], [long.MaxValue, 1], 0));
        Assert.Throws<ArgumentException>(() => new StridedView(five, [3], [2], 1));
        Assert.Throws<ArgumentException>(() => new StridedView(five, [3], [1, 1], 0));
        Assert.Throws<ArgumentException>(() => new StridedView(five, [2, 2], [long.MaxValue, long.MaxValue], 0));
        Assert.Throws<ArgumentException>(() => new StridedView(five, [2], [-1], 3));
        Assert.Throws<ArgumentException>(() => new StridedView(five, [2], [1], -1));
        Assert.Throws<ArgumentException>(() =>
            new StridedView(new MemoryView(DType.F4, [2], new byte[1]), [1], [1], 0)
        );
    }

    private static byte[] Pick(byte[] bytes, int item, long[] sizes, long[] strides, long offset)
    {
        List<byte> picked = [];
        long count = sizes.Aggregate(1L, (product, size) => product * size);
        for (long i = 0; i < count; i++)
        {
            long at = offset;
            long rest = i;
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                at += rest % sizes[axis] * strides[axis];
                rest /= sizes[axis];
            }

            picked.AddRange(bytes.AsSpan((int)at * item, item));
        }

        return [.. picked];
    }

    private sealed class CountingView(TensorView tensor) : TensorView(tensor.DType, tensor.Shape)
    {
        public int Reads { get; private set; }

        protected override void ReadCore(long offset, Span<byte> destination)
        {
            Reads++;
            tensor.Read(offset, destination);
        }
    }
}
