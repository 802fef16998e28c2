namespace MegatronBridge.Storage.TorchDist;

/// <summary>An entry of an index that is being written, and where in the memo are the parts that plans share with it.</summary>
/// <param name="owner">The rank that names the key first.</param>
/// <param name="key">The tensor's or object's name.</param>
internal sealed class IndexEntry(RankPlan owner, string key)
{
    /// <summary>The rank that names the key first, whose objects the index has taken over.</summary>
    public RankPlan Owner { get; } = owner;

    /// <summary>The tensor's or object's name.</summary>
    public string Key { get; } = key;

    /// <summary>The chunks of a tensor in the order of the ranks; none for an object.</summary>
    public List<TensorChunk> Chunks { get; } = [];

    /// <summary>Number of the key in the memo.</summary>
    public int KeyMemo { get; set; }

    /// <summary>Number of the properties, which are those of the first chunk.</summary>
    public int PropertiesMemo { get; set; }

    /// <summary>Number of the shape, which is that of the first chunk.</summary>
    public int SizeMemo { get; set; }

    /// <summary>Number of each chunk.</summary>
    public Dictionary<TensorChunk, int> ChunkMemos { get; } = new(ReferenceEqualityComparer.Instance);
}
