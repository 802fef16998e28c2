using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What a recurrent block keeps of the tokens before: a matrix for each head, and the last inputs of its convolution.</summary>
internal sealed unsafe class RecurrentState : IStatePart
{
    private readonly int _heads;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _tail;
    private float* _numbers;

    /// <summary>Makes the state before the first token: zeros.</summary>
    public RecurrentState(int heads, int rows, int columns, int tail)
    {
        (_heads, _rows, _columns, _tail) = (heads, rows, columns, tail);
        long count = ((long)heads * rows * columns) + tail;
        _numbers = (float*)NativeMemory.AllocZeroed(checked((nuint)count), sizeof(float));
    }

    /// <summary>The matrices of all heads <c>[heads · rows, columns]</c>.</summary>
    public Matrix Heads => new((nint)_numbers, _heads * _rows, _columns, _columns);

    /// <summary>The last inputs of the convolution.</summary>
    public Span<float> Tail => new(_numbers + ((long)_heads * _rows * _columns), _tail);

    /// <inheritdoc/>
    public long ByteCount => (((long)_heads * _rows * _columns) + _tail) * sizeof(float);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_numbers);
        _numbers = null;
    }
}
