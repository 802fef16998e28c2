namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Writes the <c>.metadata</c> pickle of a checkpoint byte for byte as Megatron-Core does, down to which values are one
/// shared object: ranks send their plans to the first one, so a text or shape is shared within a rank but not between
/// ranks (docs/formats.md, torch_dist).
/// </summary>
internal sealed class MetadataWriter
{
    private readonly MetadataPickle _pickle = new();
    private readonly Dictionary<string, IndexEntry> _entries = new(StringComparer.Ordinal);

    private MetadataWriter() { }

    /// <summary>The pickle for a checkpoint of these ranks.</summary>
    public static byte[] Write(IReadOnlyList<RankPlan> ranks, string checkpointId, Guid saveId)
    {
        MetadataWriter writer = new();
        MetadataPickle pickle = writer._pickle;
        pickle.New(MetadataPickle.Module, "Metadata");
        pickle.BeginFields();
        pickle.Name("state_dict_metadata");
        pickle.Dict(writer.Collect(ranks), writer.WriteEntry);
        pickle.Name("planner_data");
        pickle.None();
        pickle.Name("storage_data");
        writer.WriteStorage(ranks);
        pickle.Name("storage_meta");
        writer.WriteStorageMeta(checkpointId, saveId);
        pickle.Name("version");
        pickle.Text("1.0.0");
        pickle.Name("all_local_plans");
        pickle.List(ranks, new SavePlanWriter(pickle, writer._entries).Write);
        pickle.EndFields();
        return pickle.Finish();
    }

    /// <summary>The entries in the order in which the ranks, one after the other, name them first.</summary>
    private List<IndexEntry> Collect(IReadOnlyList<RankPlan> ranks)
    {
        List<IndexEntry> inOrder = [];
        foreach (RankPlan rank in ranks)
        {
            foreach (SaveItem item in rank.Items)
            {
                if (!_entries.TryGetValue(item.Key, out IndexEntry? entry))
                {
                    entry = new(rank, item.Key);
                    _entries.Add(item.Key, entry);
                    inOrder.Add(entry);
                }

                if (item is TensorChunk chunk)
                {
                    entry.Chunks.Add(chunk);
                }
            }
        }

        return inOrder;
    }

    private void WriteEntry(IndexEntry entry)
    {
        entry.KeyMemo = _pickle.Text(entry.Key);
        if (entry.Chunks.Count == 0)
        {
            _pickle.New(MetadataPickle.Module, "BytesStorageMetadata");
            return;
        }

        _pickle.New(MetadataPickle.Module, "TensorStorageMetadata");
        _pickle.BeginFields();
        _pickle.Name("properties");
        entry.PropertiesMemo = _pickle.Properties(entry.Chunks[0].View.DType);
        _pickle.Name("size");
        entry.SizeMemo = _pickle.Size(entry.Chunks[0].Shape);
        _pickle.Name("chunks");
        _pickle.List(entry.Chunks, chunk => entry.ChunkMemos.Add(chunk, WriteChunk(chunk)));
        _pickle.EndFields();
    }

    private int WriteChunk(TensorChunk chunk)
    {
        int memo = _pickle.New(MetadataPickle.Module, "ChunkStorageMetadata");
        _pickle.BeginFields();
        _pickle.Name("offsets");
        _pickle.Size(chunk.Box.Offsets);
        _pickle.Name("sizes");
        _pickle.Size(chunk.Box.Sizes);
        _pickle.EndFields();
        return memo;
    }

    private void WriteStorage(IReadOnlyList<RankPlan> ranks)
    {
        Dictionary<string, int> texts = [];
        RankPlan? current = null;
        List<(RankPlan Rank, SaveItem Item)> stored =
        [
            .. ranks.SelectMany(rank => rank.Stored.Select(item => (rank, item))),
        ];
        _pickle.Dict(
            stored,
            each =>
            {
                if (current != each.Rank)
                {
                    texts.Clear();
                    current = each.Rank;
                }

                _pickle.Index(each.Item, each.Rank.IndexHint(each.Item), key => _pickle.Text(key, texts));
                WritePlace(each.Rank.Place(each.Item), texts);
            }
        );
    }

    private void WritePlace(ItemPlace place, Dictionary<string, int> texts)
    {
        _pickle.New("torch.distributed.checkpoint.filesystem", "_StorageInfo");
        _pickle.BeginFields();
        _pickle.Name("relative_path");
        _pickle.Text(place.File, texts);
        _pickle.Name("offset");
        _pickle.Int(place.Offset);
        _pickle.Name("length");
        _pickle.Int(place.Length);
        _pickle.EndFields();
    }

    private void WriteStorageMeta(string checkpointId, Guid saveId)
    {
        _pickle.New(MetadataPickle.Module, "StorageMeta");
        _pickle.BeginFields();
        _pickle.Name("checkpoint_id");
        _pickle.Text(checkpointId);
        _pickle.Name("save_id");
        _pickle.Text($"{saveId:D}");
        _pickle.Name("load_id");
        _pickle.None();
        _pickle.Name("modules");
        _pickle.List<string>([], _ => { });
        _pickle.EndFields();
    }
}
