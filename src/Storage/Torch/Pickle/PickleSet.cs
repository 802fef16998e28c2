namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>set</c> or <c>frozenset</c>, as protocol 4 and later write them; before, they are calls.</summary>
public sealed class PickleSet : PickleValue
{
    private readonly List<PickleValue> _items = [];

    /// <summary>Makes a set of <paramref name="items"/>, which the caller knows to be different.</summary>
    public PickleSet(bool isFrozen, params ReadOnlySpan<PickleValue> items)
    {
        IsFrozen = isFrozen;
        foreach (PickleValue item in items)
        {
            Add(item);
        }
    }

    /// <summary>True for <c>frozenset</c>.</summary>
    public bool IsFrozen { get; }

    /// <summary>The items in the order of the file.</summary>
    public IReadOnlyList<PickleValue> Items => _items;

    internal void Add(PickleValue item) => _items.Add(Adopt(item));
}
