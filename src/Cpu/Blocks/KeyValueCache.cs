using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The keys and values that a layer has computed, in float32: for each group, a row for each position.</summary>
internal sealed unsafe class KeyValueCache(int groups, int keySize, int valueSize) : IDisposable
{
    private const int Smallest = 64;

    // Heads of some queries lie on the stack of a thread.
    private const int LargestHead = 4096;

    private float* _keys;
    private float* _values;
    private int _capacity;

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

    /// <summary>Keys <c>[groups · capacity, key size]</c>.</summary>
    public Matrix Keys => new((nint)_keys, groups * _capacity, keySize, keySize);

    /// <summary>Values <c>[groups · capacity, value size]</c>.</summary>
    public Matrix Values => new((nint)_values, groups * _capacity, valueSize, valueSize);

    /// <summary>Adds keys <c>[tokens, groups · key size]</c> and values of the positions from <paramref name="first"/> on.</summary>
    public void Append(int first, Matrix keys, Matrix values)
    {
        Reserve(first + keys.Rows, first);
        for (int group = 0; group < groups; group++)
        {
            int row = (group * _capacity) + first;
            Keys.RowRange(row, keys.Rows).CopyFrom(keys.ColumnRange(group * keySize, keySize));
            Values.RowRange(row, keys.Rows).CopyFrom(values.ColumnRange(group * valueSize, valueSize));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_keys);
        NativeMemory.Free(_values);
        _keys = null;
        _values = null;
        _capacity = 0;
    }

    /// <summary>Makes room for so many positions, of which the first <paramref name="used"/> have something.</summary>
    private void Reserve(int positions, int used)
    {
        if (positions <= _capacity)
        {
            return;
        }

        int capacity = Math.Max(Math.Max(Smallest, positions), _capacity + (_capacity / 2));
        _keys = Grown(_keys, keySize, capacity, used);
        _values = Grown(_values, valueSize, capacity, used);
        _capacity = capacity;
    }

    private float* Grown(float* old, int size, int capacity, int used)
    {
        float* grown = (float*)
            NativeMemory.Alloc(checked((nuint)groups * (nuint)capacity * (nuint)size * sizeof(float)));
        for (int group = 0; group < groups && used > 0; group++)
        {
            long bytes = (long)used * size * sizeof(float);
            Buffer.MemoryCopy(
                old + ((long)group * _capacity * size),
                grown + ((long)group * capacity * size),
                bytes,
                bytes
            );
        }

        NativeMemory.Free(old);
        return grown;
    }
}
