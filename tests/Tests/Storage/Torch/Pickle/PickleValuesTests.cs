using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch.Pickle;

public sealed class PickleValuesTests
{
    [Fact]
    public void What_is_something_else_is_not_converted()
    {
        PickleValue text = "text";
        Assert.False(text.TryGetBool(out _));
        Assert.False(text.TryGetInt64(out _));
        Assert.False(text.TryGetDouble(out _));
        Assert.False(text.TryGetEnum(out _, out _));
        Assert.False(text.TryGetItems(out _));
        Assert.False(text.TryGetShape(out _));
        Assert.False(text.TryGetDType(out _));
        Assert.False(text.TryGetDict(out _));
        Assert.False(text.TryGetAttributes(out _));
        Assert.False(text.TryGetBytes(out _));
        Assert.False(text.TryGetPath(out _));
        Assert.False(PickleValue.None.TryGetText(out _));
        Assert.False(((PickleValue?)null).TryGetText(out _));
        Assert.False(((PickleValue)(System.Numerics.BigInteger.One << 63)).TryGetInt64(out _));
    }

    [Fact]
    public void Shapes_are_sizes_that_a_tensor_can_have()
    {
        Assert.True(new PickleTuple(2, 3).TryGetShape(out Shape tuple));
        Assert.Equal([2, 3], tuple);
        Assert.True(Call("torch", "Size", new PickleTuple(4)).TryGetShape(out Shape size));
        Assert.Equal([4], size);
        Assert.True(PickleTuple.Empty.TryGetShape(out Shape scalar));
        Assert.Equal(Shape.Scalar, scalar);
        Assert.False(new PickleTuple(-1).TryGetShape(out _));
        Assert.False(new PickleTuple(1L << 40, 1L << 40).TryGetShape(out _));
        Assert.False(new PickleTuple(1.5).TryGetShape(out _));
    }

    [Fact]
    public void Dicts_of_all_spellings_are_dicts()
    {
        PickleList pairs = new(new PickleList("a", 1), new PickleTuple("b", 2));
        Assert.True(Call("collections", "OrderedDict", pairs).TryGetDict(out PickleDict? dict));
        Assert.Equal("{'a': 1, 'b': 2}", $"{dict}");
        PickleList twice = new(new PickleTuple("a", 1), new PickleTuple("a", 2));
        Assert.False(Call("collections", "OrderedDict", twice).TryGetDict(out _));
        Assert.False(Call("collections", "OrderedDict", new PickleList("ab")).TryGetDict(out _));
    }

    [Fact]
    public void Attributes_may_be_in_slots()
    {
        PickleDict a = new(("a", 1));
        PickleDict b = new(("b", 2));
        Assert.Equal("{'a': 1}", Attributes(a));
        Assert.Equal("{'a': 1}", Attributes(new PickleTuple(a, PickleValue.None)));
        Assert.Equal("{'b': 2}", Attributes(new PickleTuple(PickleValue.None, b)));
        Assert.Equal("{'a': 1, 'b': 2}", Attributes(new PickleTuple(a, b)));
        Assert.Equal("", Attributes(new PickleTuple(a, a)));
        Assert.Equal("", Attributes(1));
    }

    [Fact]
    public void Paths_may_be_in_parts()
    {
        Assert.True(Call("pathlib", "PosixPath", "/", "a", "b").TryGetPath(out string? path));
        Assert.Equal("/a/b", path);
        Assert.True(Call("pathlib._local", "PosixPath", "/a/b").TryGetPath(out path));
        Assert.Equal("/a/b", path);
        Assert.True(Call("pathlib", "PurePosixPath", "a", "/b").TryGetPath(out path));
        Assert.Equal("/b", path);
        Assert.False(Call("pathlib", "PosixPath", 1).TryGetPath(out _));
    }

    [Fact]
    public void Numbers_of_numpy_are_numbers()
    {
        Assert.True(Numpy("f8", "<", BitConverter.GetBytes(1.5)).TryGetDouble(out double real));
        Assert.Equal(1.5, real);
        Assert.True(Numpy("i4", ">", [0xff, 0xff, 0xff, 0xfe]).TryGetInt64(out long integer));
        Assert.Equal(-2, integer);
        Assert.True(Numpy("b1", "|", [1]).TryGetBool(out bool boolean));
        Assert.True(boolean);
        Assert.False(Numpy("i4", "<", [1]).TryGetInt64(out _));
        Assert.False(Numpy("U1", "<", [1, 0, 0, 0]).TryGetInt64(out _));
    }

    [Fact]
    public void Texts_and_ints_are_found_among_many_keys()
    {
        (PickleValue, PickleValue)[] entries =
        [
            .. Enumerable.Range(0, 100).Select(i => ((PickleValue)$"key {i}", (PickleValue)i)),
        ];
        PickleDict dict = new(entries);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal($"{i}", $"{dict[$"key {i}"]}"));
        Assert.Null(dict["key 100"]);
        Assert.Throws<ArgumentException>(() => new PickleDict([.. entries, ("key 7", 1)]));
        Assert.Throws<ArgumentException>(() => new PickleDict((1, 1), (1, 2)));
    }

    [Fact]
    public void Bytes_of_all_spellings_are_bytes()
    {
        PickleObject encoded = Call("_codecs", "encode", "\u00ff\0", "latin1");
        foreach (
            PickleValue value in new PickleValue[]
            {
                new PickleBytes(new byte[] { 0xff, 0 }),
                encoded,
                Call("__builtin__", "bytearray", encoded),
                new PickleObject(
                    PickleCall.NewObject,
                    new PickleGlobal("_io", "BytesIO"),
                    PickleTuple.Empty,
                    state: new PickleTuple(encoded, 0, PickleValue.None)
                ),
            }
        )
        {
            Assert.True(value.TryGetBytes(out ReadOnlyMemory<byte> bytes));
            Assert.Equal([0xff, 0], bytes.ToArray());
        }

        Assert.True(Call("builtins", "bytes").TryGetBytes(out ReadOnlyMemory<byte> empty));
        Assert.True(empty.IsEmpty);
        Assert.False(Call("_codecs", "encode", "\u0100", "latin1").TryGetBytes(out _));
        Assert.False(Call("_codecs", "encode", "a", "utf-8").TryGetBytes(out _));
    }

    private static string Attributes(PickleValue state)
    {
        PickleObject it = new(PickleCall.NewObject, new PickleGlobal("m", "C"), PickleTuple.Empty, state: state);
        return it.TryGetAttributes(out PickleDict? attributes) ? $"{attributes}" : "";
    }

    private static PickleObject Numpy(string kind, string order, byte[] bytes)
    {
        PickleObject dtype = new(
            PickleCall.Reduce,
            new PickleGlobal("numpy", "dtype"),
            new PickleTuple(kind, false, true),
            state: new PickleTuple(3, order, PickleValue.None)
        );
        return Call("numpy._core.multiarray", "scalar", dtype, new PickleBytes(bytes));
    }

    private static PickleObject Call(string module, string name, params ReadOnlySpan<PickleValue> arguments) =>
        new(PickleCall.Reduce, new PickleGlobal(module, name), new PickleTuple(arguments));
}
