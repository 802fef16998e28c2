using System.Numerics;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>A table from two numbers to two numbers, with open addressing: the one thing a merge looks up again and again.</summary>
internal sealed class PairTable
{
    private const ulong Empty = ulong.MaxValue;

    private ulong[] _keys;
    private ulong[] _values;
    private int _count;

    public PairTable(int capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(capacity, 1 << 28) * 2));
        _keys = new ulong[size];
        _values = new ulong[size];
        Array.Fill(_keys, Empty);
    }

    /// <summary>Sets the value of a pair; a pair that is there keeps its place and gets the new value.</summary>
    public void Set(int first, int second, int a, int b)
    {
        if (_count * 2 > _keys.Length)
        {
            Grow();
        }
        ulong key = Key(first, second);
        int slot = Slot(key);
        if (_keys[slot] == Empty)
        {
            _keys[slot] = key;
            _count++;
        }
        _values[slot] = (ulong)(uint)a << 32 | (uint)b;
    }

    public bool TryGet(int first, int second, out int a, out int b)
    {
        int slot = Slot(Key(first, second));
        ulong value = _values[slot];
        (a, b) = ((int)(value >> 32), (int)value);
        return _keys[slot] != Empty;
    }

    private static ulong Key(int first, int second) => (ulong)(uint)first << 32 | (uint)second;

    private int Slot(ulong key)
    {
        int mask = _keys.Length - 1;
        int slot = (int)((key * 0x9E3779B97F4A7C15) >> 32) & mask;
        while (_keys[slot] != key && _keys[slot] != Empty)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        (ulong[] keys, ulong[] values) = (_keys, _values);
        _keys = new ulong[keys.Length * 2];
        _values = new ulong[keys.Length * 2];
        Array.Fill(_keys, Empty);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] != Empty)
            {
                int slot = Slot(keys[i]);
                _keys[slot] = keys[i];
                _values[slot] = values[i];
            }
        }
    }
}
