using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.Safetensors;

public sealed class SafetensorsLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zoo/all_dtypes.safetensors")]
    [InlineData("zoo/empty_scalar.safetensors")]
    [InlineData("zoo/no_tensors.safetensors")]
    [InlineData("zoo/ordering.safetensors")]
    [InlineData("tiny-llama-hf/model.safetensors")]
    [InlineData("hf-sharded/model-00001-of-00003.safetensors")]
    [InlineData("hf-sharded/model-00002-of-00003.safetensors")]
    [InlineData("hf-sharded/model-00003-of-00003.safetensors")]
    public async Task A_file_of_the_reference_is_written_again_byte_for_byte(string name)
    {
        string path = Path.Combine(SafetensorsSamples.Folder, name);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        KeyValuePair<string, TensorView>[] shuffled = [.. file.Tensors];
        new Random(1).Shuffle(shuffled);
        Assert.Equal(File.ReadAllBytes(path), await Write(new("x", shuffled, file.Metadata)));
    }

    [Fact]
    public async Task Names_of_every_kind_come_back()
    {
        string[] names =
        [
            "",
            "é",
            "\u0000\u0001\u001f\u007f",
            "\"\\/\b\f\n\r\t",
            "\ue000",
            "😀",
            "a b",
            "</script>&'+",
        ];
        await Write(new("x", names.Select((name, i) => KeyValuePair.Create(name, Bytes(i)))));
        using SafetensorsFile file = SafetensorsFile.Open(_folder["x"]);
        Assert.Null(file.Metadata);
        Assert.Equal(names.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(names.Index(), name => Assert.Equal(Bytes(name.Index).ToArray(), file.Tensors[name.Item].ToArray()));

        // By UTF-8 the emoji comes last, by UTF-16 it would not.
        Assert.Equal("😀", file.Tensors.Keys.Last());
    }

    [Fact]
    public async Task Every_dtype_that_safetensors_has_comes_back()
    {
        DType[] dtypes = [.. Enum.GetValues<DType>().Where(dtype => dtype != DType.C128)];
        await Write(new("x", dtypes.Select(dtype => KeyValuePair.Create($"{dtype}", Zeros(dtype, 8)))));
        using SafetensorsFile file = SafetensorsFile.Open(_folder["x"]);
        Assert.Equal(dtypes.Reverse(), file.Tensors.Values.Select(tensor => tensor.DType));
    }

    [Fact]
    public void What_cannot_be_written_is_a_programming_fault()
    {
        Assert.Throws<ArgumentException>(() => Layout(("a", Bytes(1)), ("a", Bytes(1))));
        Assert.Throws<ArgumentException>(() => Layout(("__metadata__", Bytes(1))));
        Assert.Throws<ArgumentException>(() => Layout(("a", Zeros(DType.C128, 1))));
        Assert.ThrowsAny<ArgumentException>(() => Layout(("\ud800", Bytes(1))));
    }

    private static SafetensorsLayout Layout(params (string Name, TensorView View)[] tensors) =>
        new("x", tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.View)));

    private static TensorView Bytes(int value) => new MemoryView(DType.U8, [2], new byte[] { (byte)value, 7 });

    private static TensorView Zeros(DType dtype, long count) => new ZeroView(dtype, [count]);

    private async Task<byte[]> Write(SafetensorsLayout layout)
    {
        await TransferEngine.RunAsync([layout], _folder.Path, TransferOptions.Default);
        return File.ReadAllBytes(_folder[layout.Name]);
    }
}
