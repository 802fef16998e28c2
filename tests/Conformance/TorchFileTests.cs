using System.Text.Json;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Conformance;

public sealed class TorchFileTests(Python python) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Saved => ["dtypes", "views", "nested", "module"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Saved))]
    public async Task What_torch_saves_is_read_and_written_again_byte_for_byte(string what)
    {
        string path = _folder.File("theirs.pt");
        JsonElement expected = python.Call("torch_files", "save", path, what);
        using InputFile file = InputFile.Open(path);
        TorchFile saved = TorchFile.Open(file);
        Description.AssertSame(expected, Views(saved));

        string copy = await WriteAsync("ours.pt", new TorchLayout(saved.Prefix, saved.Root, saved));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(copy));
    }

    [Theory]
    [MemberData(nameof(Saved))]
    public void What_torch_saved_before_version_1_6_is_read(string what)
    {
        string path = _folder.File("old.pt");
        JsonElement expected = python.Call("torch_files", "save", path, what, true);
        using InputFile file = InputFile.Open(path);
        Description.AssertSame(expected, Views(TorchFile.Open(file)));
    }

    [Fact]
    public async Task What_we_save_torch_loads_and_saves_again_byte_for_byte()
    {
        Dictionary<string, TensorView> tensors = RandomTensors.OfAllTorchTypes(new Random(1));
        PickleList list = new(1, -1.5, "ä", true, PickleValue.None, new PickleTuple(1L << 60));
        PickleDict root = new([
            .. tensors.Select(tensor => ((PickleValue)tensor.Key, (PickleValue)new TensorValue(tensor.Value))),
            ("list", list),
        ]);
        string ours = await WriteAsync("model.pt", new TorchLayout("model", root));
        Description.AssertSame(python.Call("torch_files", "load", ours), tensors);

        // torch puts the name of the file into the archive.
        string theirs = Path.Combine(Directory.CreateDirectory(_folder.File("theirs")).FullName, "model.pt");
        python.Call("torch_files", "rewrite", ours, theirs);
        Assert.Equal(File.ReadAllBytes(theirs), File.ReadAllBytes(ours));
    }

    private static IEnumerable<KeyValuePair<string, TensorView>> Views(TorchFile saved) =>
        saved.ListTensors().Select(tensor => KeyValuePair.Create(tensor.Name, tensor.View!));

    private async Task<string> WriteAsync(string name, TorchLayout archive)
    {
        TorchFileLayout layout = new(archive) { Name = name };
        await TransferEngine.RunAsync([layout], _folder.Path, TransferOptions.Default);
        return _folder.File(name);
    }
}
