namespace MegatronBridge.Storage.TorchDist;

/// <summary>What the <c>.metadata</c> file of a checkpoint says: which tensors and objects there are and where they lie.</summary>
public sealed class TorchDistIndex
{
    private readonly Dictionary<string, StoredTensor> _tensors;
    private readonly Dictionary<string, ItemPlace> _objects;

    internal TorchDistIndex(IReadOnlyList<StoredTensor> tensors, IReadOnlyList<KeyValuePair<string, ItemPlace>> objects)
    {
        Tensors = tensors;
        Objects = objects;
        _tensors = tensors.ToDictionary(tensor => tensor.Key, StringComparer.Ordinal);
        _objects = objects.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>All objects (items that are not tensors), in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, ItemPlace>> Objects { get; }

    /// <summary>The tensor called <paramref name="key"/>, or null.</summary>
    public StoredTensor? FindTensor(string key) => _tensors.GetValueOrDefault(key);

    /// <summary>The place of the object called <paramref name="key"/>, or null.</summary>
    public ItemPlace? FindObject(string key) => _objects.TryGetValue(key, out ItemPlace place) ? place : null;
}
