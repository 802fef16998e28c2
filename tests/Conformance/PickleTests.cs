using System.Text.Json;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Conformance;

public sealed class PickleTests(Python python)
{
    [Fact]
    public void Random_object_graphs_are_written_again_byte_for_byte()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("graphs.pkl");
        JsonElement pickles = python.Call("pickles", "save", path, 1, 400);
        ReadOnlyMemory<byte> rest = File.ReadAllBytes(path);
        int number = 0;
        foreach (JsonElement pickle in pickles.EnumerateArray())
        {
            ReadOnlySpan<byte> expected = rest.Span[..pickle[1].GetInt32()];
            byte[] actual = PickleWriter.Write(PickleReader.Read(path, expected), pickle[0].GetInt32());
            int common = expected.CommonPrefixLength(actual);
            Assert.True(
                common == expected.Length && common == actual.Length,
                $"graph {number}, protocol {pickle[0]}: differs at {common} of {expected.Length}, {actual.Length}"
            );
            rest = rest[expected.Length..];
            number++;
        }

        Assert.Equal(400, number);
    }
}
