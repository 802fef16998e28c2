using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch.Pickle;

public sealed class PickleWriterTests
{
    [Theory]
    [InlineData("zoo-2.pkl", 2)]
    [InlineData("zoo-3.pkl", 3)]
    [InlineData("zoo-4.pkl", 4)]
    [InlineData("zoo-5.pkl", 5)]
    [InlineData("big-2.pkl", 2)]
    [InlineData("big-3.pkl", 3)]
    [InlineData("big-4.pkl", 4)]
    [InlineData("big-5.pkl", 5)]
    [InlineData("metadata-p4.pkl", 4)]
    [InlineData("metadata-p5.pkl", 5)]
    public void What_CPython_pickled_is_written_again_byte_for_byte(string name, int protocol)
    {
        byte[] expected = TorchFixtures.Bytes(Path.Combine("pickle", name));
        TorchFixtures.AssertSame(expected, PickleWriter.Write(PickleReader.Read(name, expected), protocol), name);
    }

    [Fact]
    public void A_graph_that_nests_too_deep_is_refused()
    {
        PickleValue value = PickleValue.None;
        for (int i = 0; i < 100_000; i++)
        {
            value = new PickleTuple(value);
        }

        ArgumentException e = Assert.Throws<ArgumentException>(() => PickleWriter.Write(value));
        Assert.Contains("deeper than 500 levels", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_needs_a_newer_protocol_is_refused()
    {
        PickleGlobal nested = new("module", "Outer.Inner");
        Assert.Throws<ArgumentException>(() => PickleWriter.Write(nested, 3));
        Assert.NotEmpty(PickleWriter.Write(nested, 4));
        PickleObject named = new(PickleCall.NewObjectWithKeywords, nested, PickleTuple.Empty, new PickleDict());
        Assert.Throws<ArgumentException>(() => PickleWriter.Write(named, 2));
        Assert.NotEmpty(PickleWriter.Write(named, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => PickleWriter.Write(nested, 6));
    }

    [Fact]
    public void Sets_and_bytes_become_calls_in_older_protocols()
    {
        PickleList value = new(
            new PickleSet(isFrozen: false, 1, 2),
            new PickleBytes(new byte[] { 0xff, 0 }),
            new PickleBytes(new byte[] { 7 }, isByteArray: true)
        );
        PickleValue read = PickleReader.Read("test.pkl", PickleWriter.Write(value));
        Assert.Equal(
            "[__builtin__.set([1, 2]), _codecs.encode('\u00ff\0', 'latin1'), "
                + "__builtin__.bytearray(_codecs.encode('\a', 'latin1'))]",
            read.ToString()
        );
    }
}
