using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The keys and values that a layer has computed, in pages of some positions: what is there stays where it is while more comes, and what has
/// fallen out of a window makes room for it.
/// </summary>
/// <param name="groups">Groups of heads with keys of their own.</param>
/// <param name="keySize">Channels of a key.</param>
/// <param name="valueSize">Channels of a value; 0 where there are none, or where they are a part of the keys.</param>
/// <param name="dtype">The type that keys and values are kept in: BF16, F16 or F32.</param>
/// <param name="window">How many positions a token sees, its own included; 0 for all.</param>
internal sealed unsafe class KeyValueCache(int groups, int keySize, int valueSize, DType dtype, int window = 0)
    : IStatePart
{
    /// <summary>Positions of a page.</summary>
    public const int PageLength = AttentionJob.Block;

    private const int Alignment = 64;
    private const int LeastRows = 16; // that a thread writes

    // Heads of some queries lie on the stack of a thread.
    private const int LargestHead = 4096;

    private readonly Stack<nint> _spare = []; // pages that nobody sees any more
    private nint* _pages;
    private int _room; // addresses that there is room for
    private int _count; // pages that were begun
    private int _first; // the first page that is still seen

    /// <summary>Refuses heads that are too large.</summary>
    /// <exception cref="UnsupportedModelException">They are.</exception>
    public static void RequireSize(int keySize, int valueSize)
    {
        if (Math.Max(keySize, valueSize) > LargestHead)
        {
            throw new UnsupportedModelException(
                $"Attention heads have {keySize} and {valueSize} channels; the forward pass goes up to {LargestHead}."
            );
        }
    }

    /// <summary>The keys.</summary>
    public PagedRows Keys => Rows(keySize, 0);

    /// <summary>The values.</summary>
    public PagedRows Values => Rows(valueSize, groups * PageLength * KeyBytes);

    /// <inheritdoc/>
    public long ByteCount => (_count - _first + _spare.Count) * PageBytes;

    private long KeyBytes => (long)keySize * (dtype.BitCount() / 8);

    private long ValueBytes => (long)valueSize * (dtype.BitCount() / 8);

    private long PageBytes => groups * PageLength * (KeyBytes + ValueBytes);

    /// <summary>Adds keys <c>[tokens, groups · key size]</c> and values of the positions from <paramref name="first"/> on.</summary>
    public void Append(Workers workers, int first, Matrix keys, Matrix values)
    {
        Release(first);
        Reserve(first + keys.Rows);
        workers.Run(keys.Rows, LeastRows, new WriteJob(Keys, Values, keys, values, groups, first));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int page = _first; page < _count; page++)
        {
            NativeMemory.AlignedFree((void*)_pages[page]);
        }

        while (_spare.TryPop(out nint page))
        {
            NativeMemory.AlignedFree((void*)page);
        }

        NativeMemory.Free(_pages);
        _pages = null;
        (_room, _count, _first) = (0, 0, 0);
    }

    private PagedRows Rows(int columns, long offset)
    {
        long bytes = (long)columns * (dtype.BitCount() / 8);
        return new((nint)_pages, PageLength, columns, dtype, bytes, PageLength * bytes, offset);
    }

    /// <summary>Takes back the pages that a token at <paramref name="position"/>, and those after it, do not see.</summary>
    private void Release(int position)
    {
        for (; window > 0 && _first < _count && (_first + 1) * PageLength <= position - window + 1; _first++)
        {
            _spare.Push(_pages[_first]);
            _pages[_first] = 0;
        }
    }

    /// <summary>Makes room for so many positions.</summary>
    private void Reserve(int positions)
    {
        int count = (int)(((long)positions + PageLength - 1) / PageLength);
        if (count > _room)
        {
            _room = Math.Max(count, 2 * _room);
            _pages = (nint*)NativeMemory.Realloc(_pages, (nuint)_room * (nuint)sizeof(nint));
        }

        for (; _count < count; _count++)
        {
            _pages[_count] = _spare.TryPop(out nint page)
                ? page
                : (nint)NativeMemory.AlignedAlloc(checked((nuint)PageBytes), Alignment);
        }
    }

    private readonly struct WriteJob(
        PagedRows keys,
        PagedRows values,
        Matrix newKeys,
        Matrix newValues,
        int groups,
        int first
    ) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int token = begin; token < end; token++)
            {
                for (int group = 0; group < groups; group++)
                {
                    keys.Write(group, first + token, newKeys[token].Slice(group * keys.Columns, keys.Columns));
                    values.Write(group, first + token, newValues[token].Slice(group * values.Columns, values.Columns));
                }
            }
        }
    }
}
