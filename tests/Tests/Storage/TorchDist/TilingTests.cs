using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class TilingTests
{
    [Fact]
    public void A_table_and_any_other_exact_cover_are_accepted()
    {
        Assert.Null(Tiling.FindFault([6, 8], Tilings.Grid([6, 8], [1, 4], [3])));
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(Tiling.FindFault([7, 9, 5], Tilings.Random([7, 9, 5], random, 1 + (i % 40))));
        }
    }

    [Fact]
    public void Five_chunks_around_a_centre_are_accepted_although_no_straight_cut_parts_them()
    {
        Box[] wheel =
        [
            new([0, 0], [1, 2]),
            new([0, 2], [2, 1]),
            new([2, 1], [1, 2]),
            new([1, 0], [2, 1]),
            new([1, 1], [1, 1]),
        ];
        Assert.Null(Tiling.FindFault([3, 3], wheel));
        Assert.Equal("no chunk holds the elements [1, 1]+[1, 1]", Tiling.FindFault([3, 3], wheel[..4]));
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_accepted()
    {
        Assert.Null(Tiling.FindFault([], [new([], [])]));
        Assert.Null(Tiling.FindFault([0, 5], []));
        Assert.Null(Tiling.FindFault([5, 3], [new([0, 0], [5, 3]), new([5, 0], [0, 3]), new([5, 0], [0, 3])]));
        Assert.NotNull(Tiling.FindFault([], []));
        Assert.NotNull(Tiling.FindFault([], [new([], []), new([], [])]));
    }

    [Fact]
    public void Every_missing_chunk_is_found_and_named()
    {
        Random random = new(2);
        for (int i = 0; i < 200; i++)
        {
            List<Box> boxes = Tilings.Random([8, 6, 4], random, 12);
            Box gone = boxes[i % 12];
            boxes.Remove(gone);
            string fault = Tiling.FindFault([8, 6, 4], boxes)!;
            Assert.StartsWith("no chunk holds", fault, StringComparison.Ordinal);
        }

        Assert.Equal(
            "no chunk holds the elements [2, 0]+[1, 16]",
            Tiling.FindFault([4, 16], [new([0, 0], [1, 16]), new([3, 0], [1, 16]), new([1, 0], [1, 16])])
        );
    }

    [Fact]
    public void Every_overlap_is_found_and_named()
    {
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            List<Box> boxes = Tilings.Random([8, 6, 4], random, 12);
            Box extra = Tilings.Random([8, 6, 4], random, 30)[i % 30];
            string fault = Tiling.FindFault([8, 6, 4], [.. boxes, extra])!;
            Assert.Contains("both hold", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_hundred_thousand_chunks_are_held_against_their_tensor()
    {
        long[] layers = [.. Enumerable.Range(1, 63)];
        long[] experts = [.. Enumerable.Range(1, 255)];
        List<Box> boxes = Tilings.Grid([64, 256, 64], layers, [], [8, 16, 24, 32, 40, 48, 56]);
        boxes =
        [
            .. boxes.SelectMany(box =>
                experts.Prepend(0).Select(e => new Box(box.Offsets.With(1, e), box.Sizes.With(1, 1)))
            ),
        ];
        Assert.Equal(131072, boxes.Count);
        Assert.Null(Tiling.FindFault([64, 256, 64], boxes));
        boxes.RemoveAt(77777);
        Assert.StartsWith("no chunk holds", Tiling.FindFault([64, 256, 64], boxes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_arrangement_made_to_be_slow_is_refused()
    {
        // An ever smaller spiral: only its outermost chunk can be cut off, each time.
        List<Box> boxes = [];
        long size = 6_000;
        for (long i = 0; i < size / 2; i++)
        {
            long rest = size - (2 * i);
            boxes.Add(new([i, i], [1, rest]));
            boxes.Add(new([i + 1, i], [rest - 1, 1]));
            boxes.Add(new([i + 1, i + rest - 1], [rest - 1, 1]));
            boxes.Add(new([i + rest - 1, i + 1], [1, rest - 2]));
        }

        string? fault = Tiling.FindFault([size, size], boxes);
        Assert.Equal("its chunks lie in such disorder that they cannot be checked", fault);
    }
}
