using System.Runtime.InteropServices;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The operand stack and the marks on it. Nothing below the newest mark can be reached.</summary>
internal sealed class PickleStack
{
    private readonly List<PickleValue> _values = [];
    private readonly List<int> _marks = [];

    /// <summary>Number of values above the newest mark.</summary>
    public int Count => _values.Count - Floor;

    /// <summary>Number of marks.</summary>
    public int MarkCount => _marks.Count;

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public PickleValue? Peek() => Count == 0 ? null : _values[^1];

    public void Push(PickleValue value) => _values.Add(value);

    public void PushMark() => _marks.Add(_values.Count);

    public PickleValue? Pop()
    {
        PickleValue? top = Peek();
        if (top is not null)
        {
            _values.RemoveAt(_values.Count - 1);
        }

        return top;
    }

    /// <summary>Removes the newest mark and what is above it, which is returned; null when there is no mark.</summary>
    public PickleValue[]? PopToMark()
    {
        if (_marks.Count == 0)
        {
            return null;
        }

        int floor = Floor;
        PickleValue[] above = CollectionsMarshal.AsSpan(_values)[floor..].ToArray();
        _values.RemoveRange(floor, above.Length);
        _marks.RemoveAt(_marks.Count - 1);
        return above;
    }
}
