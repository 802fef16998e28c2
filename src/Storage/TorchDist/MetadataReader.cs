using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Makes the index from what is pickled in <c>.metadata</c>, of all versions (docs/formats.md, torch_dist), and checks
/// everything that can be known without the data files.
/// </summary>
internal sealed class MetadataReader
{
    private readonly FaultList _faults;
    private readonly Dictionary<(string Key, Shape Offset), ItemPlace> _chunkPlaces = [];
    private readonly Dictionary<string, ItemPlace> _objectPlaces = [];
    private readonly HashSet<(string Key, Shape Offset)> _used = [];
    private readonly HashSet<string> _refused = []; // tensors that have told already what is wrong with them
    private readonly List<StoredTensor> _tensors = [];
    private readonly List<KeyValuePair<string, ItemPlace>> _objects = [];

    private MetadataReader(FaultList faults) => _faults = faults;

    /// <summary>Reads the index; what is wrong with parts of it goes to <paramref name="faults"/>.</summary>
    /// <exception cref="BadFileException">It is no index at all.</exception>
    public static TorchDistIndex Read(string path, PickleValue root, FaultList faults)
    {
        if (!root.IsA("Metadata") && !root.IsA("MCoreMetadata"))
        {
            throw new BadFileException(path, $"it should hold a Metadata object, but holds {root}.");
        }

        if (
            !root.Field("state_dict_metadata").TryGetDict(out PickleDict? entries)
            || !root.Field("storage_data").TryGetDict(out PickleDict? places)
        )
        {
            throw new BadFileException(path, "its Metadata has no state_dict_metadata and storage_data.");
        }

        MetadataReader reader = new(faults);
        foreach ((PickleValue index, PickleValue info) in places.Entries)
        {
            reader.AddPlace(index, info);
        }

        foreach ((PickleValue key, PickleValue entry) in entries.Entries)
        {
            reader.AddEntry(key, entry);
        }

        reader.ReportOrphans();
        return new(reader._tensors, reader._objects);
    }

    private void AddPlace(PickleValue index, PickleValue info)
    {
        if (!index.IsA("MetadataIndex") || !index.Field("fqn").TryGetText(out string? key))
        {
            _faults.Add($"the storage of {index} is not named by a MetadataIndex");
            return;
        }

        if (
            !info.IsA("_StorageInfo")
            || !info.Field("relative_path").TryGetText(out string? file)
            || info.Field("offset").AsCount() is not { } offset
            || info.Field("length").AsCount() is not { } length
            || length > long.MaxValue - offset
        )
        {
            _faults.Add($"{key}: its storage {info} has no file, offset and length");
            return;
        }

        if (
            info.Field("transform_descriptors").TryGetItems(out IReadOnlyList<PickleValue>? transforms)
            && transforms.Count > 0
        )
        {
            string names = string.Join(", ", transforms);
            _faults.Add($"{key}: its item is transformed by {names}, which is not supported. Save it without");
            return;
        }

        ItemPlace place = new(file, offset, length);
        PickleValue? begin = index.Field("offset");
        bool added = begin switch
        {
            null or PickleNone => _objectPlaces.TryAdd(key, place),
            _ => begin.TryGetShape(out Shape at) && _chunkPlaces.TryAdd((key, at), place),
        };
        if (!added)
        {
            _faults.Add($"{key}: the storage at {begin ?? PickleValue.None} comes twice or is no offset");
        }
    }

    private void AddEntry(PickleValue name, PickleValue entry)
    {
        if (!name.TryGetText(out string? key))
        {
            _faults.Add($"the key {name} is no text");
        }
        else if (entry.IsA("TensorStorageMetadata"))
        {
            AddTensor(key, entry);
        }
        else if (!entry.IsA("BytesStorageMetadata"))
        {
            _faults.Add($"{key}: {entry} is neither a tensor nor an object");
        }
        else if (_objectPlaces.Remove(key, out ItemPlace place))
        {
            _objects.Add(new(key, place));
        }
        else
        {
            _faults.Add($"{key}: the object has no storage");
        }
    }

    private void AddTensor(string key, PickleValue entry)
    {
        PickleValue? dtypeName = entry.Field("properties").DTypeOf();
        if (!dtypeName.TryGetDType(out DType type) || type.BitCount() % 8 != 0)
        {
            _faults.Add($"{key}: the dtype {dtypeName ?? PickleValue.None} is not supported");
        }
        else if (!entry.Field("size").TryGetShape(out Shape shape) || type.ByteCount(shape.ElementCount) is null)
        {
            _faults.Add($"{key}: its size {entry.Field("size") ?? PickleValue.None} is not possible");
        }
        else if (!entry.Field("chunks").TryGetItems(out IReadOnlyList<PickleValue>? items))
        {
            _faults.Add($"{key}: it has no list of chunks");
        }
        else if (Chunks(key, shape, items) is { } chunks)
        {
            _tensors.Add(new(key, type, shape, chunks));
            return;
        }

        _refused.Add(key);
    }

    /// <summary>The chunks, or null after telling what is wrong with them.</summary>
    private List<StoredChunk>? Chunks(string key, Shape shape, IReadOnlyList<PickleValue> items)
    {
        List<StoredChunk> chunks = new(items.Count);
        foreach (PickleValue item in items)
        {
            if (
                !item.Field("offsets").TryGetShape(out Shape offsets)
                || !item.Field("sizes").TryGetShape(out Shape sizes)
                || offsets.Rank != sizes.Rank
            )
            {
                _faults.Add($"{key}: {item} has no offsets and sizes");
                return null;
            }

            Box box = new(offsets, sizes);
            if (!box.IsInside(shape))
            {
                _faults.Add($"{key}: its chunk {box} is not inside its shape {shape}");
                return null;
            }

            _used.Add((key, offsets));
            if (!_chunkPlaces.TryGetValue((key, offsets), out ItemPlace place))
            {
                _faults.Add($"{key}: its chunk {box} has no storage");
                return null;
            }

            chunks.Add(new(box, place));
        }

        if (Tiling.FindFault(shape, [.. chunks.Select(chunk => chunk.Box)]) is { } fault)
        {
            _faults.Add($"{key} {shape}: {fault}");
            return null;
        }

        return chunks;
    }

    private void ReportOrphans()
    {
        foreach (((string key, Shape offset), ItemPlace place) in _chunkPlaces)
        {
            if (!_used.Contains((key, offset)) && !_refused.Contains(key))
            {
                _faults.Add($"{key}: the storage {place} at {offset} belongs to no chunk");
            }
        }

        foreach ((string key, ItemPlace place) in _objectPlaces)
        {
            _faults.Add($"{key}: the storage {place} belongs to no object");
        }
    }
}
