using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
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
        CheckpointId = Text(root.Field("storage_meta").Field("checkpoint_id"));
        SaveId = Guid.Parse(Text(root.Field("storage_meta").Field("save_id")));
        Plans = [.. Items(root.Field("all_local_plans")).Select(plan => Items(plan.Field("items")))];
    }

    public string CheckpointId { get; }

    public Guid SaveId { get; }

    /// <summary>Per rank its <c>WriteItem</c> objects.</summary>
    public IReadOnlyList<IReadOnlyList<PickleValue>> Plans { get; }

    /// <summary>The items of a rank, with contents from <paramref name="view"/> and <paramref name="source"/>.</summary>
    public List<SaveItem> Items(int rank, Func<string, Box, DType, TensorView> view, Func<string, TorchFile> source)
    {
        List<SaveItem> items = [];
        foreach (PickleValue item in Plans[rank])
        {
            PickleValue? index = item.Field("index");
            string key = Text(index.Field("fqn"));
            PickleValue? data = item.Field("tensor_data");
            if (data is PickleNone)
            {
                TorchFile file = source(key);
                items.Add(new ObjectItem(key, file.Root, file));
                continue;
            }

            PickleValue? chunk = data.Field("chunk");
            Box box = new(Size(chunk.Field("offsets")), Size(chunk.Field("sizes")));
            data.Field("properties").DTypeOf().TryGetDType(out DType dtype);
            bool isStacked = index.Field("index") is PickleNone;
            items.Add(new TensorChunk(key, Size(data.Field("size")), box, view(key, box, dtype), isStacked));
        }

        return items;
    }

    private static string Text(PickleValue? value) => ((PickleText)value!).Value;

    private static IReadOnlyList<PickleValue> Items(PickleValue? value) => ((PickleList)value!).Items;

    private static Shape Size(PickleValue? value)
    {
        Assert.True(value.TryGetShape(out Shape shape));
        return shape;
    }
}
