using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Writes the plans of the ranks, which Megatron-Core keeps in the index to see whether the next save is like this one.
/// What the index has taken over from a plan comes from the memo.
/// </summary>
internal sealed class SavePlanWriter(MetadataPickle pickle, IReadOnlyDictionary<string, IndexEntry> entries)
{
    private const string Module = "torch.distributed.checkpoint.planner";
    private const int ShardType = 2;
    private const int BytesType = 3;

    private readonly Dictionary<int, int> _itemTypes = [];
    private readonly Dictionary<string, int> _keys = []; // of the present rank
    private readonly Dictionary<string, int> _sizes = []; // of the present rank

    /// <summary>Writes the plan of one rank.</summary>
    public void Write(RankPlan rank)
    {
        _keys.Clear();
        _sizes.Clear();
        pickle.New(Module, "SavePlan");
        pickle.BeginFields();
        pickle.Name("items");
        pickle.List(rank.Items, item => WriteItem(rank, item));
        pickle.Name("storage_data");
        pickle.None();
        pickle.Name("planner_data");
        pickle.Dict<string>([], _ => { });
        pickle.Name("usable");
        pickle.Begin(PickleOpcode.NewTrue);
        pickle.EndFields();
    }

    private void WriteItem(RankPlan rank, SaveItem item)
    {
        IndexEntry entry = entries[item.Key];
        TensorChunk? chunk = item as TensorChunk;
        pickle.New(Module, "WriteItem");
        pickle.BeginFields();
        pickle.Name("index");
        pickle.Index(item, rank.IndexHint(item), key => WriteKey(rank, entry));
        pickle.Name("type");
        WriteType(chunk is null ? BytesType : ShardType);
        pickle.Name("bytes_io_data");
        pickle.None();
        pickle.Name("tensor_data");
        if (chunk is null)
        {
            pickle.None();
        }
        else
        {
            WriteTensorData(rank, chunk, entry);
        }

        pickle.EndFields();
    }

    private void WriteKey(RankPlan rank, IndexEntry entry)
    {
        if (entry.Owner == rank)
        {
            pickle.Get(entry.KeyMemo);
        }
        else
        {
            pickle.Text(entry.Key, _keys);
        }
    }

    private void WriteType(int number)
    {
        if (_itemTypes.TryGetValue(number, out int memo))
        {
            pickle.Get(memo);
            return;
        }

        pickle.Global(Module, "WriteItemType");
        pickle.Tuple([number]);
        _itemTypes.Add(number, pickle.EndCall());
    }

    private void WriteTensorData(RankPlan rank, TensorChunk chunk, IndexEntry entry)
    {
        bool isFirst = ReferenceEquals(entry.Chunks[0], chunk);
        pickle.New(Module, "TensorWriteData");
        pickle.BeginFields();
        pickle.Name("chunk");
        pickle.Get(entry.ChunkMemos[chunk]);
        pickle.Name("properties");
        if (isFirst)
        {
            pickle.Get(entry.PropertiesMemo);
        }
        else
        {
            pickle.Properties(chunk.View.DType);
        }

        // The chunks of a stacked tensor have their shape from one object, each other chunk has its own.
        pickle.Name("size");
        if (isFirst || (chunk.IsStacked && entry.Owner == rank))
        {
            pickle.Get(entry.SizeMemo);
        }
        else if (chunk.IsStacked && _sizes.TryGetValue(chunk.Key, out int memo))
        {
            pickle.Get(memo);
        }
        else
        {
            _sizes[chunk.Key] = pickle.Size(chunk.Shape);
        }

        pickle.EndFields();
    }
}
