using System.Security.Cryptography;
using System.Text.Json;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class TorchDistCheckpointTests
{
    public static TheoryData<string> AllSamples => [.. Samples.Megatron, .. Samples.Others];

    [Theory]
    [MemberData(nameof(AllSamples))]
    public void Every_sample_has_the_tensors_that_the_real_tools_found(string sample)
    {
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(Samples.Folder(sample));
        JsonElement expected = Samples.Expected(sample).GetProperty("tensors");
        Assert.Equal(expected.EnumerateObject().Count(), checkpoint.Index.Tensors.Count);
        foreach (JsonProperty tensor in expected.EnumerateObject())
        {
            StoredTensor stored = checkpoint.Index.FindTensor(tensor.Name)!;
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), stored.DType.TorchName());
            Assert.Equal(Numbers(tensor.Value.GetProperty("shape")), stored.Shape);
            Assert.Equal(
                tensor.Value.GetProperty("chunks").EnumerateArray().Select(chunk => $"{ToBox(chunk)}").Order(),
                stored.Chunks.Select(chunk => $"{chunk.Box}").Order()
            );
            byte[] bytes = checkpoint.Tensor(tensor.Name).ToArray();
            Assert.Equal(
                tensor.Value.GetProperty("sha256").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(bytes))
            );
        }

        checkpoint.Verify();
    }

    [Theory]
    [MemberData(nameof(AllSamples))]
    public void Every_sample_has_the_objects_that_the_real_tools_found(string sample)
    {
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(Samples.Folder(sample));
        JsonElement expected = Samples.Expected(sample).GetProperty("objects");
        Assert.Equal(expected.EnumerateObject().Count(), checkpoint.Index.Objects.Count);
        foreach (JsonProperty item in expected.EnumerateObject())
        {
            ItemPlace place = checkpoint.Index.FindObject(item.Name)!.Value;
            Assert.Equal(item.Value.GetProperty("file").GetString(), place.File);
            Assert.Equal(item.Value.GetProperty("offset").GetInt64(), place.Offset);
            Assert.Equal(item.Value.GetProperty("length").GetInt64(), place.Length);
            string root = $"{checkpoint.Object(item.Name).Root}";
            string repr = item.Value.TryGetProperty("repr", out JsonElement told) ? told.GetString()! : "...";
            if (
                !repr.Contains("...", StringComparison.Ordinal)
                && repr.Length < 60
                && !repr.Contains("tensor", StringComparison.Ordinal)
            )
            {
                Assert.Equal(repr, root);
            }
        }
    }

    [Fact]
    public void The_common_state_is_read_from_either_place()
    {
        string[] keys = ["checkpoint_version", "iteration", "content_metadata"];
        Assert.Equal(keys, CommonKeys("bridge-save/iter_0000000"));
        Assert.Contains("args", CommonKeys("megatron-dist-1rank"));
        Assert.Contains("args", CommonKeys("megatron-dist-commonpt/iter_0000010"));
        Assert.Empty(CommonKeys("dcp-1rank"));
    }

    private static IEnumerable<string> CommonKeys(string sample)
    {
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(Samples.Folder(sample));
        return [.. checkpoint.CommonState()?.Values.Entries.Select(entry => ((PickleText)entry.Key).Value) ?? []];
    }

    private static Box ToBox(JsonElement chunk) => new(Numbers(chunk[0]), Numbers(chunk[1]));

    private static Shape Numbers(JsonElement array) => new([.. array.EnumerateArray().Select(each => each.GetInt64())]);
}
