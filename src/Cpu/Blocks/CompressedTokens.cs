using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What a compressor keeps of a sequence: what it has made, and the tokens that the next ones are made of.</summary>
internal sealed class CompressedTokens(int size, int columns, DType dtype) : IStatePart
{
    /// <summary>One row for each group of tokens that is complete.</summary>
    public KeyValueCache Entries { get; } = new(groups: 1, size, valueSize: 0, dtype);

    /// <summary>Values and gates of the tokens whose group is not complete, and of the group before where groups overlap.</summary>
    public RowTail Tail { get; } = new(columns);

    /// <inheritdoc/>
    public long ByteCount => Entries.ByteCount + Tail.ByteCount;

    /// <inheritdoc/>
    public void Dispose()
    {
        Entries.Dispose();
        Tail.Dispose();
    }
}
