using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Writes the <c>.metadata</c> pickle of a checkpoint byte for byte as Megatron-Core does, down to which values are one
/// shared object: ranks send their plans to the first one, so a text or shape is shared within a rank but not between
/// ranks (docs/formats.md, torch_dist).
/// </summary>
internal sealed class MetadataWriter
{
    private const string Metadata = "torch.distributed.checkpoint.metadata";
    private const string Planner = "torch.distributed.checkpoint.planner";
    private const int BatchSize = 1000;

    private readonly FramedPickle _pickle = new();
    private readonly IReadOnlyList<RankPlan> _ranks;
    private readonly Dictionary<string, TensorEntry> _tensors = [];
    private readonly Dictionary<string, int> _objectKeys = [];
    private readonly Dictionary<TensorChunk, int> _chunks = new(ReferenceEqualityComparer.Instance);
    private int _sizeClass = -1;
    private int _layout = -1;
    private int _memoryFormat = -1;
    private readonly Dictionary<int, int> _itemTypes = [];

    private MetadataWriter(IReadOnlyList<RankPlan> ranks) => _ranks = ranks;

    /// <summary>A tensor in the order of the index: which rank names it first, its chunks, and what they share.</summary>
    private sealed class TensorEntry(RankPlan owner)
    {
        public RankPlan Owner { get; } = owner;

        public List<TensorChunk> Chunks { get; } = [];

        public int Key { get; set; }

        public int Properties { get; set; }

        public int Size { get; set; }
    }

    /// <summary>The pickle for a checkpoint of these ranks.</summary>
    public static byte[] Write(IReadOnlyList<RankPlan> ranks, string checkpointId, Guid saveId)
    {
        MetadataWriter writer = new(ranks);
        FramedPickle pickle = writer._pickle;
        pickle.New(Metadata, "Metadata");
        pickle.BeginFields();
        pickle.Name("state_dict_metadata");
        writer.WriteEntries();
        pickle.Name("planner_data");
        pickle.Begin(PickleOpcode.None);
        pickle.Name("storage_data");
        writer.WriteStorage();
        pickle.Name("storage_meta");
        writer.WriteStorageMeta(checkpointId, saveId);
        pickle.Name("version");
        pickle.Text("1.0.0");
        pickle.Name("all_local_plans");
        pickle.Empty(PickleOpcode.EmptyList);
        writer.WriteBatched(ranks, PickleOpcode.Append, PickleOpcode.Appends, writer.WritePlan);
        pickle.EndFields();
        return pickle.Finish();
    }

    private void WriteEntries()
    {
        List<SaveItem> entries = [];
        foreach (RankPlan rank in _ranks)
        {
            foreach (SaveItem item in rank.Items)
            {
                if (item is not TensorChunk chunk)
                {
                    entries.Add(item);
                    continue;
                }

                if (!_tensors.TryGetValue(item.Key, out TensorEntry? entry))
                {
                    entry = new(rank);
                    _tensors.Add(item.Key, entry);
                    entries.Add(item);
                }

                entry.Chunks.Add(chunk);
            }
        }

        _pickle.Empty(PickleOpcode.EmptyDict);
        WriteBatched(entries, PickleOpcode.SetItem, PickleOpcode.SetItems, WriteEntry);
    }

    private void WriteEntry(SaveItem item)
    {
        int key = _pickle.Text(item.Key);
        if (item is not TensorChunk first)
        {
            _objectKeys.Add(item.Key, key);
            _pickle.New(Metadata, "BytesStorageMetadata");
            return;
        }

        TensorEntry entry = _tensors[item.Key];
        entry.Key = key;
        _pickle.New(Metadata, "TensorStorageMetadata");
        _pickle.BeginFields();
        _pickle.Name("properties");
        entry.Properties = WriteProperties(first.View.DType);
        _pickle.Name("size");
        entry.Size = WriteSize(first.Shape);
        _pickle.Name("chunks");
        _pickle.Empty(PickleOpcode.EmptyList);
        WriteBatched(entry.Chunks, PickleOpcode.Append, PickleOpcode.Appends, WriteChunk);
        _pickle.EndFields();
    }

    private void WriteChunk(TensorChunk chunk)
    {
        _chunks.Add(chunk, _pickle.New(Metadata, "ChunkStorageMetadata"));
        _pickle.BeginFields();
        _pickle.Name("offsets");
        WriteSize(chunk.Box.Offsets);
        _pickle.Name("sizes");
        WriteSize(chunk.Box.Sizes);
        _pickle.EndFields();
    }

    private void WriteStorage()
    {
        List<(RankPlan Rank, SaveItem Item)> stored =
        [
            .. _ranks.SelectMany(rank => rank.Stored.Select(item => (rank, item))),
        ];
        Dictionary<string, int> texts = [];
        RankPlan? current = null;
        _pickle.Empty(PickleOpcode.EmptyDict);
        WriteBatched(
            stored,
            PickleOpcode.SetItem,
            PickleOpcode.SetItems,
            each =>
            {
                if (current != each.Rank)
                {
                    texts.Clear();
                    current = each.Rank;
                }

                WriteIndex(each.Item, each.Rank.IndexHint(each.Item), key => WriteShared(key, texts));
                WritePlace(each.Rank.Place(each.Item), texts);
            }
        );
    }

    private void WritePlace(ItemPlace place, Dictionary<string, int> texts)
    {
        _pickle.New("torch.distributed.checkpoint.filesystem", "_StorageInfo");
        _pickle.BeginFields();
        _pickle.Name("relative_path");
        WriteShared(place.File, texts);
        _pickle.Name("offset");
        _pickle.Int(place.Offset);
        _pickle.Name("length");
        _pickle.Int(place.Length);
        _pickle.EndFields();
    }

    private void WriteIndex(SaveItem item, int? hint, Action<string> writeKey)
    {
        _pickle.New(Metadata, "MetadataIndex");
        _pickle.BeginFields();
        _pickle.Name("fqn");
        writeKey(item.Key);
        _pickle.Name("index");
        if (hint is { } number)
        {
            _pickle.Int(number);
        }
        else
        {
            _pickle.Begin(PickleOpcode.None);
        }

        if (item is TensorChunk chunk)
        {
            _pickle.Name("offset");
            WriteSize(chunk.Box.Offsets);
        }

        _pickle.EndFields();
    }

    private void WriteStorageMeta(string checkpointId, Guid saveId)
    {
        _pickle.New(Metadata, "StorageMeta");
        _pickle.BeginFields();
        _pickle.Name("checkpoint_id");
        _pickle.Text(checkpointId);
        _pickle.Name("save_id");
        _pickle.Text($"{saveId:D}");
        _pickle.Name("load_id");
        _pickle.Begin(PickleOpcode.None);
        _pickle.Name("modules");
        _pickle.Empty(PickleOpcode.EmptyList);
        _pickle.EndFields();
    }

    private void WritePlan(RankPlan rank)
    {
        _pickle.New(Planner, "SavePlan");
        _pickle.BeginFields();
        _pickle.Name("items");
        _pickle.Empty(PickleOpcode.EmptyList);
        Dictionary<string, int> keys = [];
        Dictionary<string, int> sizes = [];
        WriteBatched(rank.Items, PickleOpcode.Append, PickleOpcode.Appends, item => WriteItem(rank, item, keys, sizes));
        _pickle.Name("storage_data");
        _pickle.Begin(PickleOpcode.None);
        _pickle.Name("planner_data");
        _pickle.Empty(PickleOpcode.EmptyDict);
        _pickle.Name("usable");
        _pickle.Begin(PickleOpcode.NewTrue);
        _pickle.EndFields();
    }

    private void WriteItem(RankPlan rank, SaveItem item, Dictionary<string, int> keys, Dictionary<string, int> sizes)
    {
        _pickle.New(Planner, "WriteItem");
        _pickle.BeginFields();
        _pickle.Name("index");
        WriteIndex(
            item,
            rank.IndexHint(item),
            key =>
            {
                if (_objectKeys.TryGetValue(key, out int memo))
                {
                    _pickle.Get(memo);
                }
                else if (_tensors[key].Owner == rank)
                {
                    _pickle.Get(_tensors[key].Key);
                }
                else
                {
                    WriteShared(key, keys);
                }
            }
        );
        _pickle.Name("type");
        WriteItemType(item is TensorChunk ? 2 : 3);
        _pickle.Name("bytes_io_data");
        _pickle.Begin(PickleOpcode.None);
        _pickle.Name("tensor_data");
        if (item is TensorChunk chunk)
        {
            WriteTensorData(rank, chunk, sizes);
        }
        else
        {
            _pickle.Begin(PickleOpcode.None);
        }

        _pickle.EndFields();
    }

    private void WriteTensorData(RankPlan rank, TensorChunk chunk, Dictionary<string, int> sizes)
    {
        TensorEntry entry = _tensors[chunk.Key];
        bool isFirst = ReferenceEquals(entry.Chunks[0], chunk);
        _pickle.New(Planner, "TensorWriteData");
        _pickle.BeginFields();
        _pickle.Name("chunk");
        _pickle.Get(_chunks[chunk]);
        _pickle.Name("properties");
        if (isFirst)
        {
            _pickle.Get(entry.Properties);
        }
        else
        {
            WriteProperties(chunk.View.DType);
        }

        _pickle.Name("size");
        if (isFirst || (chunk.IsStacked && entry.Owner == rank))
        {
            _pickle.Get(entry.Size);
        }
        else if (chunk.IsStacked && sizes.TryGetValue(chunk.Key, out int memo))
        {
            _pickle.Get(memo);
        }
        else
        {
            sizes[chunk.Key] = WriteSize(chunk.Shape);
        }

        _pickle.EndFields();
    }

    private void WriteItemType(int number)
    {
        if (_itemTypes.TryGetValue(number, out int memo))
        {
            _pickle.Get(memo);
            return;
        }

        _pickle.Global(Planner, "WriteItemType");
        _pickle.Tuple([number]);
        _itemTypes.Add(number, _pickle.EndCall());
    }

    private void WriteShared(string text, Dictionary<string, int> texts)
    {
        if (texts.TryGetValue(text, out int memo))
        {
            _pickle.Get(memo);
        }
        else
        {
            texts.Add(text, _pickle.Text(text));
        }
    }

    private int WriteProperties(DType dtype)
    {
        int properties = _pickle.New(Metadata, "TensorProperties");
        _pickle.Begin(PickleOpcode.Mark);
        _pickle.Global("torch", dtype.TorchName());
        if (_layout < 0)
        {
            _pickle.Global("torch.serialization", "_get_layout");
            _pickle.Text("torch.strided");
            _pickle.EndTuple(1);
            _layout = _pickle.EndCall();
        }
        else
        {
            _pickle.Get(_layout);
        }

        _pickle.Begin(PickleOpcode.NewFalse);
        if (_memoryFormat < 0)
        {
            _pickle.Global(Metadata, "_MEM_FORMAT_ENCODING");
            _pickle.Tuple([0]);
            _memoryFormat = _pickle.EndCall();
        }
        else
        {
            _pickle.Get(_memoryFormat);
        }

        _pickle.Begin(PickleOpcode.NewFalse);
        _pickle.EndTuple(5);
        _pickle.Op(PickleOpcode.Build);
        return properties;
    }

    private int WriteSize(Shape size)
    {
        if (_sizeClass < 0)
        {
            // Its module is another text object than that of the dtypes.
            _pickle.Text("torch");
            _pickle.Text("Size");
            _pickle.Op(PickleOpcode.StackGlobal);
            _sizeClass = _pickle.Memoize();
        }
        else
        {
            _pickle.Get(_sizeClass);
        }

        _pickle.Tuple(size.AsSpan());
        _pickle.EndTuple(1);
        return _pickle.EndCall();
    }

    /// <summary>Adds items to a list or dict: one alone, else in batches of a thousand as CPython does.</summary>
    private void WriteBatched<T>(IReadOnlyList<T> items, PickleOpcode one, PickleOpcode many, Action<T> write)
    {
        if (items.Count == 1)
        {
            write(items[0]);
            _pickle.Op(one);
            return;
        }

        for (int begin = 0; begin < items.Count; begin += BatchSize)
        {
            _pickle.Op(PickleOpcode.Mark);
            for (int i = begin; i < Math.Min(begin + BatchSize, items.Count); i++)
            {
                write(items[i]);
            }

            _pickle.Op(many);
        }

        // A dict finds its end only by another, empty batch.
        if (many == PickleOpcode.SetItems && items.Count > 0 && items.Count % BatchSize == 0)
        {
            _pickle.Op(PickleOpcode.Mark);
            _pickle.Op(many);
        }
    }
}
