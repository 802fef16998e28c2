namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>list</c>.</summary>
public sealed class PickleList : PickleValue
{
    private readonly List<PickleValue> _items = [];

    /// <summary>Makes a list of <paramref name="items"/>.</summary>
    public PickleList(params ReadOnlySpan<PickleValue> items)
    {
        foreach (PickleValue item in items)
        {
            Add(item);
        }
    }

    /// <summary>The items in order.</summary>
    public IReadOnlyList<PickleValue> Items => _items;

    internal void Add(PickleValue item) => _items.Add(Adopt(item));
}
