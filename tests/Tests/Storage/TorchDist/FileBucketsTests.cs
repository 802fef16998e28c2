using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class FileBucketsTests
{
    [Fact]
    public void One_file_has_all_objects_then_all_tensors()
    {
        SaveItem[] items = [Tensor("a", 1), Object("b"), Tensor("c", 9), Object("d")];
        Assert.Equal(["b d a c"], Divide(items, 1));
    }

    [Fact]
    public void Objects_go_round_and_each_tensor_goes_to_the_lightest_file()
    {
        SaveItem[] items =
        [
            Tensor("five", 5),
            Object("x"),
            Tensor("nine", 9),
            Object("y"),
            Tensor("three", 3),
            Tensor("three again", 3),
            Object("z"),
            Tensor("one", 1),
        ];
        Assert.Equal(["x z nine one", "y five three three again"], Divide(items, 2));
        Assert.Equal(["x nine", "y five one", "z three three again"], Divide(items, 3));
    }

    private static IEnumerable<string> Divide(SaveItem[] items, int fileCount) =>
        FileBuckets.Divide(items, fileCount).Select(file => string.Join(' ', file.Select(item => item.Key)));

    private static TensorChunk Tensor(string key, long size) =>
        new(key, [size], Box.Whole([size]), new ZeroView(DType.F32, [size]), isStacked: false);

    private static ObjectItem Object(string key) => new(key, PickleValue.None);
}
