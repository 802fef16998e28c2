using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The last rows of those that went by, for what looks back a little: a group of tokens that is not yet complete.</summary>
internal sealed unsafe class RowTail(int columns) : IStatePart
{
    private float* _numbers;
    private int _capacity;
    private int _count;

    /// <inheritdoc/>
    public long ByteCount => (long)_capacity * columns * sizeof(float);

    /// <summary>The rows that are kept, and behind them room for <paramref name="count"/> more, the rows of a pass.</summary>
    public Matrix Extend(Scratch.Frame frame, int count)
    {
        Matrix all = frame.Take(_count + count, columns);
        all.RowRange(0, _count).CopyFrom(new((nint)_numbers, _count, columns, columns));
        return all;
    }

    /// <summary>Keeps the last <paramref name="count"/> of all rows, and nothing else.</summary>
    public void Keep(Matrix all, int count)
    {
        if (count > _capacity)
        {
            NativeMemory.Free(_numbers);
            _capacity = count;
            _numbers = (float*)NativeMemory.Alloc(checked((nuint)count * (nuint)columns), sizeof(float));
        }

        new Matrix((nint)_numbers, count, columns, columns).CopyFrom(all.RowRange(all.Rows - count, count));
        _count = count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_numbers);
        _numbers = null;
        (_capacity, _count) = (0, 0);
    }
}
