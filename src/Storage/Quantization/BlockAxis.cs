namespace MegatronBridge.Storage.Quantization;

/// <summary>How the elements along one dimension share scales: so many in a row, or each as a list says.</summary>
public sealed class BlockAxis
{
    private readonly long _size;
    private readonly long _phase; // elements of the first block that come before the first element
    private readonly int[]? _blocks;

    private BlockAxis(long size, long phase, int[]? blocks)
    {
        _size = size;
        _phase = phase;
        _blocks = blocks;
    }

    /// <summary>All elements share one.</summary>
    public static BlockAxis Whole { get; } = new(long.MaxValue, 0, null);

    /// <summary>True when a list says which block each element belongs to.</summary>
    internal bool IsListed => _blocks is not null;

    /// <summary>Blocks of <paramref name="size"/> neighbours; the last may be shorter.</summary>
    public static BlockAxis Of(long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return new(size, 0, null);
    }

    /// <summary>Element i belongs to block <paramref name="blocks"/>[i].</summary>
    public static BlockAxis Listed(int[] blocks) =>
        blocks.AsSpan().ContainsAnyInRange(int.MinValue, -1)
            ? throw new ArgumentException("A block is negative.", nameof(blocks))
            : new(1, 0, blocks);

    /// <summary>The number of blocks that so many elements need; one more than the largest for a list.</summary>
    public long Count(long elements) =>
        elements == 0 ? 0
        : _blocks is null ? BlockOf(elements - 1) + 1
        : _blocks.Length == elements ? _blocks.Max() + 1L
        : throw new ArgumentException($"The list is for {_blocks.Length} elements.", nameof(elements));

    /// <summary>The block of an element.</summary>
    internal long BlockOf(long element) => _blocks is null ? (element + _phase) / _size : _blocks[element];

    /// <summary>Elements from this one on that are in its block, if no list says otherwise.</summary>
    internal long RunFrom(long element) => _size - ((element + _phase) % _size);

    /// <summary>
    /// The same for <paramref name="count"/> elements, at least one, from <paramref name="start"/> on, and which blocks these need.
    /// </summary>
    internal (BlockAxis Axis, long FirstBlock, long Blocks) Cut(long start, long count, long blocks)
    {
        if (_blocks is not null)
        {
            return (Listed(_blocks[(int)start..(int)(start + count)]), 0, blocks);
        }

        long first = BlockOf(start);
        return (new(_size, start + _phase - (first * _size), null), first, BlockOf(start + count - 1) - first + 1);
    }
}
