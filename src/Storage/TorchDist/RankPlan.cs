namespace MegatronBridge.Storage.TorchDist;

/// <summary>What one rank saves, and where each item goes.</summary>
internal sealed class RankPlan
{
    private readonly Dictionary<SaveItem, ItemPlace> _places;
    private readonly Dictionary<SaveItem, int> _hints = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes the plan of a rank.</summary>
    /// <param name="items">The items in the order of the state dict.</param>
    /// <param name="stored">The same items, in the order in which their storage is listed, with their places.</param>
    public RankPlan(IReadOnlyList<SaveItem> items, IReadOnlyList<(SaveItem Item, ItemPlace Place)> stored)
    {
        Items = items;
        Stored = [.. stored.Select(each => each.Item)];
        _places = new(ReferenceEqualityComparer.Instance);
        foreach ((SaveItem item, ItemPlace place) in stored)
        {
            _places.Add(item, place);
        }

        // Megatron numbers the chunks that a rank has of one tensor, unless layers or experts are stacked.
        IEnumerable<IGrouping<string, TensorChunk>> flat = items
            .OfType<TensorChunk>()
            .Where(chunk => !chunk.IsStacked)
            .GroupBy(chunk => chunk.Key);
        foreach (IGrouping<string, TensorChunk> several in flat.Where(chunks => chunks.Skip(1).Any()))
        {
            foreach ((int number, TensorChunk chunk) in several.Index())
            {
                _hints.Add(chunk, number);
            }
        }
    }

    /// <summary>The items in the order of the state dict.</summary>
    public IReadOnlyList<SaveItem> Items { get; }

    /// <summary>The items in the order in which their storage is listed.</summary>
    public IReadOnlyList<SaveItem> Stored { get; }

    /// <summary>Where an item goes.</summary>
    public ItemPlace Place(SaveItem item) => _places[item];

    /// <summary>The number of a chunk among those of its tensor in this rank, or null when the index leaves it out.</summary>
    public int? IndexHint(SaveItem item) => _hints.TryGetValue(item, out int hint) ? hint : null;
}
