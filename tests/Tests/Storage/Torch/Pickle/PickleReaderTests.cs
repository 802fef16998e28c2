using System.Numerics;
using System.Text;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch.Pickle;

public sealed class PickleReaderTests
{
    public static TheoryData<string> Samples =>
        [
            "zoo-0.pkl",
            "zoo-1.pkl",
            "zoo-2.pkl",
            "zoo-3.pkl",
            "zoo-4.pkl",
            "zoo-5.pkl",
            "metadata-p4.pkl",
            "metadata-p5.pkl",
        ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_protocol_gives_the_same_values(int protocol)
    {
        IReadOnlyList<PickleValue> items = Assert.IsType<PickleList>(ReadSample($"zoo-{protocol}.pkl")).Items;

        Assert.True(Assert.IsType<PickleBool>(items[0]).Value);
        Assert.False(Assert.IsType<PickleBool>(items[1]).Value);
        Assert.Same(PickleValue.None, items[2]);
        BigInteger[] ints = [.. items.Skip(3).Take(8).Select(item => Assert.IsType<PickleInt>(item).Value)];
        Assert.Equal([0, 255, 256, 65536, -1, 1L << 31, long.MinValue, BigInteger.Pow(2, 100)], ints);
        string[] texts = [.. items.Skip(11).Take(3).Select(item => Assert.IsType<PickleText>(item).Value)];
        Assert.Equal(["", "é\U0001d11e", "\ud800"], texts);
        for (int count = 0; count <= 4; count++)
        {
            PickleTuple tuple = Assert.IsType<PickleTuple>(items[16 + count]);
            Assert.Equal(Enumerable.Range(1, count), tuple.Items.Select(item => (int)((PickleInt)item).Value));
        }

        Assert.Equal(1e300, Assert.IsType<PickleFloat>(items[^5]).Value);
        Assert.Equal(double.PositiveInfinity, Assert.IsType<PickleFloat>(items[^4]).Value);
        Assert.Equal("q'\"\\\n\t", Assert.IsType<PickleText>(items[^3]).Value);
    }

    [Fact]
    public void Shared_values_stay_shared()
    {
        PickleList zoo = Assert.IsType<PickleList>(ReadSample("zoo-2.pkl"));
        PickleList list = Assert.Single(zoo.Items.OfType<PickleList>());
        PickleDict dict = Assert.Single(zoo.Items.OfType<PickleDict>());
        Assert.Same(list, dict["x"]);
        Assert.Same(list, dict["y"]);
        Assert.Null(dict["z"]);
    }

    [Fact]
    public void What_was_to_be_called_stays_a_description()
    {
        PickleObject call = Assert.IsType<PickleObject>(Read("\u0080\u0002cposix\nsystem\nU\u0007touch x\u0085R}b."));
        Assert.True(call.Class!.Is("posix", "system"));
        Assert.Equal("touch x", Assert.IsType<PickleText>(Assert.Single(call.Arguments.Items)).Value);
        Assert.IsType<PickleDict>(call.State);
        Assert.Equal("posix.system('touch x') with {}", call.ToString());
    }

    [Fact]
    public void An_index_file_of_torch_reads_to_its_classes()
    {
        PickleObject index = Assert.IsType<PickleObject>(ReadSample("metadata-p5.pkl"));
        Assert.Equal(PickleCall.NewObject, index.Call);
        Assert.True(index.Class!.Is("torch.distributed.checkpoint.metadata", "Metadata"));
        PickleDict state = Assert.IsType<PickleDict>(index.State);
        PickleDict tensors = Assert.IsType<PickleDict>(state["state_dict_metadata"]);
        PickleObject tensor = Assert.IsType<PickleObject>(tensors["decoder.layers.mlp.linear_fc1.weight"]);
        PickleObject size = Assert.IsType<PickleObject>(Assert.IsType<PickleDict>(tensor.State)["size"]);
        Assert.Equal("torch.Size((4, 64, 16))", size.ToString());
    }

    [Fact]
    public void A_value_that_contains_itself_is_read_and_printed()
    {
        PickleList list = Assert.IsType<PickleList>(Read("]q\0h\0a."));
        Assert.Same(list, list.Items[0]);
        Assert.Equal("[[[[...]]]]", list.ToString());
    }

    [Fact]
    public void Nesting_too_deep_for_the_stack_of_a_reader_is_refused()
    {
        string tuples = "N" + new string('\u0085', 100_000) + ".";
        Assert.Contains("nest deeper than 500", Refuse(tuples), StringComparison.Ordinal);
        string lists = new string(']', 100_000) + new string('a', 99_999) + ".";
        Assert.Contains("nest deeper than 500", Refuse(lists), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_shared_lists_takes_no_time_to_print()
    {
        PickleValue bomb = Read("N" + string.Concat(Enumerable.Repeat("2\u0086", 400)) + ".");
        Assert.True(bomb.ToString().Length < 1000);
    }

    [Theory]
    [InlineData("", "ends at byte 0 without STOP")]
    [InlineData("N", "ends at byte 1 without STOP")]
    [InlineData("N.N", "1 more bytes follow")]
    [InlineData(".", "Stop at byte 0: the stack is empty")]
    [InlineData("NN.", "1 values and 0 marks are left over")]
    [InlineData("(N.", "0 values and 1 marks are left over")]
    [InlineData("(0.", "the stack is empty")]
    [InlineData("N(0a.", "the stack is empty")]
    [InlineData("Nt.", "there is no mark")]
    [InlineData("\u0080\u0006N.", "protocol 6 is unknown")]
    [InlineData("h\0.", "nothing was stored under number 0")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffx.", "4294967295 bytes should follow, but 2 are left")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffx.", "-1 bytes should follow")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ff.", "-1 bytes should follow")]
    [InlineData("\u0095\u00ff\0\0\0\0\0\0\0N.", "255 bytes should follow")]
    [InlineData("\u0095\u0002\0\0\0\0\0\0\0\u0095\u0001\0\0\0\0\0\0\0N.", "the frame before ends only at")]
    [InlineData("X\u0001\0\0\0\u00ff.", "the text is not UTF-8")]
    [InlineData("\u0082\u0001.", "Ext1 at byte 0: it refers to the registry")]
    [InlineData("\u0097.", "a buffer outside the file")]
    [InlineData("N\u00ff.", "operation 0xff at byte 1: there is no such operation")]
    [InlineData("}(Nu.", "a key has no value")]
    [InlineData("}U\u0001aNsU\u0001aNs.", "the key 'a' comes twice")]
    [InlineData("}K\u0001NsK\u0001Ns.", "the key 1 comes twice")]
    [InlineData("NNa.", "it does not apply to None")]
    [InlineData("NNNs.", "it does not apply to None")]
    [InlineData("}}b.", "it does not apply to {}")]
    [InlineData("cm\nc\n)R}b}b.", "the object has a state already")]
    [InlineData("cm\nc\n]R.", "it does not apply to []")]
    [InlineData("NN\u0093.", "it does not apply to None")]
    [InlineData("cm\nc", "has no end within")]
    [InlineData("(o.", "no class follows the mark")]
    [InlineData("I12x\n.", "cannot be read")]
    [InlineData("S'a\n.", "cannot be read")]
    [InlineData("S'\\q'\n.", "cannot be read")]
    [InlineData("V\\u12\n.", "cannot be read")]
    [InlineData("gx\n.", "no number follows")]
    public void A_broken_pickle_is_refused_with_the_place(string pickle, string fault) =>
        Assert.Contains(fault, Refuse(pickle), StringComparison.Ordinal);

    [Fact]
    public void An_int_too_long_to_reckon_with_is_refused()
    {
        Assert.Contains(
            "longer than the 4096",
            Refuse("\u008b\0\0\u0001\0" + new string('x', 65536) + "."),
            StringComparison.Ordinal
        );
        Assert.Contains("cannot be read", Refuse("L" + new string('9', 5000) + "L\n."), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Damaged_pickles_are_read_or_refused_but_nothing_else_happens(string name)
    {
        byte[] good = TorchFixtures.Bytes(Path.Combine("pickle", name));
        Random random = new(1);
        for (int round = 0; round < 1000; round++)
        {
            byte[] bad = good[..(round % 3 == 0 ? random.Next(good.Length) : good.Length)];
            for (int i = random.Next(4); i >= 0 && bad.Length > 0; i--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.NotEmpty(PickleReader.Read(name, bad).ToString());
            }
            catch (BadFileException) { }
        }
    }

    private static PickleValue ReadSample(string name) =>
        PickleReader.Read(name, TorchFixtures.Bytes(Path.Combine("pickle", name)));

    private static PickleValue Read(string latin1) => PickleReader.Read("test.pkl", Encoding.Latin1.GetBytes(latin1));

    private static string Refuse(string latin1) => Assert.Throws<BadFileException>(() => Read(latin1)).Message;
}
