using System.Runtime.InteropServices;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Memory for what lives within a step: handed out one behind the other, taken back all at once. After the first steps nothing is
/// allocated any more.
/// </summary>
internal sealed unsafe class Scratch : IDisposable
{
    // Floats. What nobody has touched takes no memory; and in one large chunk, steps that follow each other use the same.
    private const long SmallestChunk = 1 << 24;
    private const int Alignment = 64;

    private readonly List<(nint Start, long Length)> _chunks = [];
    private int _chunk;
    private long _used; // of the present chunk

    /// <summary>Begins a stretch of work; what is taken from now on goes back when the result is disposed of.</summary>
    public Frame Open() => new(this);

    /// <summary>Memory for rows of numbers, not cleared.</summary>
    public Matrix Take(int rows, int columns) => new(Take((long)rows * columns), rows, columns, columns);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((nint start, _) in _chunks)
        {
            NativeMemory.AlignedFree((void*)start);
        }

        _chunks.Clear();
        (_chunk, _used) = (0, 0);
    }

    private nint Take(long floats)
    {
        long needed = (floats + 15) & ~15L;
        while (_chunk < _chunks.Count && _chunks[_chunk].Length - _used < needed)
        {
            _chunk++;
            _used = 0;
        }

        if (_chunk == _chunks.Count)
        {
            long length = Math.Max(needed, SmallestChunk);
            _chunks.Add(((nint)NativeMemory.AlignedAlloc((nuint)(length * sizeof(float)), Alignment), length));
        }

        nint start = (nint)((float*)_chunks[_chunk].Start + _used);
        _used += needed;
        return start;
    }

    /// <summary>A stretch of work.</summary>
    public readonly struct Frame : IDisposable
    {
        private readonly Scratch _scratch;
        private readonly int _chunk;
        private readonly long _used;

        internal Frame(Scratch scratch)
        {
            _scratch = scratch;
            _chunk = scratch._chunk;
            _used = scratch._used;
        }

        /// <summary>Memory for rows of numbers, not cleared.</summary>
        public Matrix Take(int rows, int columns) => _scratch.Take(rows, columns);

        /// <summary>Takes the memory back.</summary>
        public void Dispose()
        {
            _scratch._chunk = _chunk;
            _scratch._used = _used;
        }
    }
}
