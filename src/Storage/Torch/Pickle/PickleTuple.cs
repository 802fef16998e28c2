namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>tuple</c>.</summary>
public sealed class PickleTuple : PickleValue
{
    private readonly PickleValue[] _items;

    /// <summary>Makes a tuple of <paramref name="items"/>.</summary>
    public PickleTuple(params ReadOnlySpan<PickleValue> items)
        : this(items.ToArray(), _: true) { }

    private PickleTuple(PickleValue[] items, bool _)
    {
        _items = items;
        foreach (PickleValue item in items)
        {
            Adopt(item);
        }
    }

    /// <summary>The tuple without items, of which Python has only one.</summary>
    public static PickleTuple Empty { get; } = new();

    /// <summary>The items in order.</summary>
    public IReadOnlyList<PickleValue> Items => _items;

    /// <summary>Makes a tuple of items that nobody else changes, without copying them.</summary>
    internal static PickleTuple Own(PickleValue[] items) => new(items, _: true);
}
