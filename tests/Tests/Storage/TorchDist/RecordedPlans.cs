using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

/// <summary>
/// What the ranks of a real run saved, in their order: Megatron-Core leaves its plans in <c>.metadata</c>. From them, the
/// writer can be asked for the same checkpoint again.
/// </summary>
internal sealed class RecordedPlans
{
    public RecordedPlans(string directory)
    {
        string path = Path.Combine(directory, ".metadata");
        PickleValue root = PickleReader.Read(path, File.ReadAllBytes(path));
        CheckpointId = root.Field("storage_meta").Field("checkpoint_id").AsText()!;
        SaveId = Guid.Parse(root.Field("storage_meta").Field("save_id").AsText()!);
        Plans = [.. root.Field("all_local_plans").AsItems()!.Select(plan => plan.Field("items").AsItems()!)];
        foreach ((PickleValue index, PickleValue info) in root.Field("storage_data").AsEntries()!)
        {
            ItemPlace place = new(
                info.Field("relative_path").AsText()!,
                info.Field("offset").AsCount()!.Value,
                info.Field("length").AsCount()!.Value
            );
            Storage.Add((Name(index), place));
        }
    }

    public string CheckpointId { get; }

    public Guid SaveId { get; }

    /// <summary>Per rank its <c>WriteItem</c> objects.</summary>
    public IReadOnlyList<IReadOnlyList<PickleValue>> Plans { get; }

    /// <summary>The places in the order of the file.</summary>
    public List<((string Key, string Offset) Name, ItemPlace Place)> Storage { get; } = [];

    /// <summary>The items of a rank, with contents from <paramref name="view"/> and <paramref name="value"/>.</summary>
    public List<SaveItem> Items(int rank, Func<string, Box, DType, TensorView> view, Func<string, PickleValue> value)
    {
        List<SaveItem> items = [];
        foreach (PickleValue item in Plans[rank])
        {
            PickleValue? index = item.Field("index");
            string key = index.Field("fqn").AsText()!;
            PickleValue? data = item.Field("tensor_data");
            if (data is PickleNone)
            {
                items.Add(new ObjectItem(key, value(key)));
                continue;
            }

            PickleValue? chunk = data.Field("chunk");
            Box box = new(chunk.Field("offsets").AsShape()!.Value, chunk.Field("sizes").AsShape()!.Value);
            DType dtype = DTypes.FromTorchName(data.Field("properties").AsDTypeName()!)!.Value;
            bool isStacked = index.Field("index") is PickleNone;
            items.Add(new TensorChunk(key, data.Field("size").AsShape()!.Value, box, view(key, box, dtype), isStacked));
        }

        return items;
    }

    public static (string Key, string Offset) Name(SaveItem item) =>
        (item.Key, item is TensorChunk chunk ? $"{chunk.Box.Offsets}" : "");

    private static (string Key, string Offset) Name(PickleValue index) =>
        (index.Field("fqn").AsText()!, $"{index.Field("offset").AsShape()}");
}
