using System.Diagnostics.CodeAnalysis;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Values by number. Picklers count from 0 up, but a file may use any numbers.</summary>
internal sealed class PickleMemo
{
    private readonly List<PickleValue> _counted = [];
    private readonly Dictionary<long, PickleValue> _others = [];

    /// <summary>How many numbers are in use.</summary>
    public int Count => _counted.Count + _others.Count;

    public void Put(long number, PickleValue value)
    {
        if (number == _counted.Count && _others.Count == 0)
        {
            _counted.Add(value);
        }
        else if (number < _counted.Count)
        {
            _counted[(int)number] = value;
        }
        else
        {
            _others[number] = value;
        }
    }

    public bool TryGet(long number, [NotNullWhen(true)] out PickleValue? value)
    {
        if (number < _counted.Count)
        {
            value = _counted[(int)number];
            return true;
        }

        return _others.TryGetValue(number, out value);
    }
}
