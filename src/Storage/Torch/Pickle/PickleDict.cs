using System.Diagnostics.CodeAnalysis;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>dict</c>: any keys, in the order of insertion.</summary>
public sealed class PickleDict : PickleValue
{
    // Smaller dicts, of which index files have a hundred thousand, are searched from end to end.
    private const int LargestUnindexed = 8;

    private readonly List<KeyValuePair<PickleValue, PickleValue>> _entries = [];
    private Dictionary<object, int>? _index; // entry number by what Identify gives

    /// <summary>Makes a dict of <paramref name="entries"/>; no text or int may come twice as a key.</summary>
    public PickleDict(params ReadOnlySpan<(PickleValue Key, PickleValue Value)> entries)
    {
        foreach ((PickleValue key, PickleValue value) in entries)
        {
            if (!TryAdd(key, value))
            {
                throw new ArgumentException($"The key {key} comes twice.", nameof(entries));
            }
        }
    }

    /// <summary>Keys and values in the order of insertion.</summary>
    public IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> Entries => _entries;

    /// <summary>The value of a text key, or null when there is none.</summary>
    public PickleValue? this[string key] => TryGetValue(key, out PickleValue? value) ? value : null;

    /// <summary>Finds the value of a text key.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PickleValue value)
    {
        int number = -1;
        if (_index is not null)
        {
            number = _index.TryGetValue(key, out int found) ? found : -1;
        }
        else
        {
            for (int i = 0; i < _entries.Count && number < 0; i++)
            {
                number = _entries[i].Key is PickleText text && text.Value == key ? i : -1;
            }
        }

        value = number < 0 ? null : _entries[number].Value;
        return number >= 0;
    }

    /// <summary>Adds an entry, unless its key is a text or int that is there already. Other keys are not compared.</summary>
    internal bool TryAdd(PickleValue key, PickleValue value)
    {
        if (!TryIndex(key))
        {
            return false;
        }

        _entries.Add(new(Adopt(key), Adopt(value)));
        return true;
    }

    /// <summary>Prepares for <paramref name="count"/> more entries.</summary>
    internal void Reserve(int count) => _entries.EnsureCapacity(_entries.Count + count);

    /// <summary>Takes note of a key that is to be added; false when it is there already.</summary>
    private bool TryIndex(PickleValue key)
    {
        if (_index is null && _entries.Count < LargestUnindexed)
        {
            foreach (KeyValuePair<PickleValue, PickleValue> entry in _entries)
            {
                if (AreSame(entry.Key, key))
                {
                    return false;
                }
            }

            return true;
        }

        if (_index is null)
        {
            _index = [];
            for (int i = 0; i < _entries.Count; i++)
            {
                if (Identify(_entries[i].Key) is { } each)
                {
                    _index.Add(each, i);
                }
            }
        }

        return Identify(key) is not { } identity || _index.TryAdd(identity, _entries.Count);
    }

    private static bool AreSame(PickleValue left, PickleValue right) =>
        (left, right) switch
        {
            (PickleText one, PickleText other) => one.Value == other.Value,
            (PickleInt one, PickleInt other) => one.Value == other.Value,
            _ => false,
        };

    private static object? Identify(PickleValue key) =>
        key switch
        {
            PickleText text => text.Value,
            PickleInt number => number.Value,
            _ => null,
        };
}
