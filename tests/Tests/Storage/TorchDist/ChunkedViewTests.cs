using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class ChunkedViewTests
{
    private readonly Random _random = new(4);

    [Fact]
    public void The_whole_and_every_range_of_it_come_from_any_arrangement_of_chunks()
    {
        foreach (Shape shape in new Shape[] { [], [1], [17], [6, 8], [5, 7, 9], [4, 1, 6, 3] })
        {
            MemoryView whole = Numbers(shape);
            byte[] bytes = whole.ToArray();
            for (int pieces = 1; pieces <= Math.Min(12, shape.ElementCount); pieces++)
            {
                ChunkedView view = Chunked(whole, Tilings.Random(shape, _random, pieces));
                Assert.Equal(bytes, view.ToArray());
                for (int i = 0; i < 50; i++)
                {
                    int begin = _random.Next((int)shape.ElementCount) * 2;
                    byte[] part = new byte[(_random.Next((int)shape.ElementCount - (begin / 2)) + 1) * 2];
                    view.Read(begin, part);
                    Assert.Equal(bytes[begin..(begin + part.Length)], part);
                }
            }
        }
    }

    [Fact]
    public void Any_box_is_the_same_box_of_the_whole()
    {
        MemoryView whole = Numbers([6, 7, 8]);
        for (int i = 0; i < 100; i++)
        {
            ChunkedView view = Chunked(whole, Tilings.Random(whole.Shape, _random, 1 + (i % 20)));
            Box box = Tilings.Random(whole.Shape, _random, 20)[_random.Next(20)];
            Assert.Equal(whole.Slice(box).ToArray(), view.Slice(box).ToArray());
        }

        ChunkedView table = Chunked(whole, Tilings.Grid(whole.Shape, [2, 4], [], [4]));
        Assert.Empty(table.Slice(1, 7, 0).ToArray());
    }

    [Fact]
    public void A_layer_that_is_one_chunk_is_that_chunk_and_nothing_around_it()
    {
        MemoryView whole = Numbers([4, 6, 8]);
        ChunkedView view = Chunked(whole, Tilings.Grid(whole.Shape, [1, 2, 3]));
        Assert.IsType<MemoryView>(view.Slice(0, 2, 1));
    }

    [Fact]
    public void Columns_that_are_wider_than_the_buffer_are_put_together()
    {
        MemoryView whole = Numbers([3, 1_500_000]);
        ChunkedView view = Chunked(whole, Tilings.Grid(whole.Shape, [], [100, 1_400_000]));
        Assert.Equal(whole.ToArray(), view.ToArray());
    }

    [Fact]
    public void Chunks_that_leave_a_gap_are_refused()
    {
        MemoryView whole = Numbers([4, 4]);
        List<Box> boxes = Tilings.Grid(whole.Shape, [2], [2]);
        Assert.Throws<ArgumentException>(() => Chunked(whole, boxes[..3]));
    }

    private static ChunkedView Chunked(TensorView whole, IEnumerable<Box> boxes) =>
        new(whole.DType, whole.Shape, [.. boxes.Select(box => (box, (TensorView)InMemory(whole.Slice(box))))]);

    private static MemoryView InMemory(TensorView view) => new(view.DType, view.Shape, view.ToArray());

    private MemoryView Numbers(Shape shape)
    {
        byte[] bytes = new byte[shape.ElementCount * 2];
        _random.NextBytes(bytes);
        return new(DType.BF16, shape, bytes);
    }
}
