using System.Security.Cryptography;
using System.Text.Json;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch;

public sealed class TorchFileTests
{
    public static TheoryData<string> Files => [.. TorchFixtures.Expected().Select(file => file.Name)];

    public static TheoryData<string> All =>
        [.. Directory.EnumerateFiles(TorchFixtures.PathOf("pt-misc"), "*.pt").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_torch_saved_reads_to_what_torch_loads(string name)
    {
        JsonProperty expected = TorchFixtures.Expected().Single(file => file.Name == name);
        using InputFile file = InputFile.Open(TorchFixtures.PathOf($"pt-misc/{name}"));
        Dictionary<string, NamedTensor> tensors = TorchFile
            .Open(file)
            .ListTensors()
            .ToDictionary(tensor => tensor.Name);
        foreach (JsonProperty tensor in expected.Value.EnumerateObject())
        {
            TensorView view = Assert.IsType<TensorView>(tensors[tensor.Name].View, exactMatch: false);
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), view.DType.TorchName());
            Assert.Equal(
                tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()),
                view.Shape
            );
            Assert.Equal(
                tensor.Value.GetProperty("sha256").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(view.ToArray()))
            );
        }
    }

    [Fact]
    public void Postponed_conjugates_and_negations_are_applied()
    {
        using InputFile file = Open("conj_neg.pt");
        TorchFile saved = TorchFile.Open(file);
        Assert.True(saved.Root.TryGetDict(out PickleDict? dict));
        float[] conjugate = Floats(saved.FindTensor(dict["conj"])!);
        float[] negative = Floats(saved.FindTensor(dict["neg"])!);
        Assert.Equal([1f, -2f], conjugate);
        Assert.Equal([-2f], negative);
    }

    [Fact]
    public void Tensors_without_plain_data_are_explained()
    {
        using InputFile file = Open("meta_sparse.pt");
        TorchFile saved = TorchFile.Open(file);
        NamedTensor[] tensors = [.. saved.ListTensors()];
        Assert.Equal(["meta", "sparse"], tensors.Select(tensor => tensor.Name));
        Assert.All(tensors, tensor => Assert.Null(tensor.View));
        Assert.Contains("has a shape, but no data", tensors[0].Problem, StringComparison.Ordinal);
        Assert.Contains("is sparse", tensors[1].Problem, StringComparison.Ordinal);
        Assert.True(saved.Root.TryGetDict(out PickleDict? dict));
        Assert.Throws<BadFileException>(() => saved.FindTensor(dict["meta"]));
        Assert.Null(saved.FindTensor(dict));
    }

    [Fact]
    public void A_storage_alone_is_its_elements()
    {
        using InputFile file = Open("storages.pt");
        Dictionary<string, TensorView?> views = TorchFile
            .Open(file)
            .ListTensors()
            .ToDictionary(tensor => tensor.Name, tensor => tensor.View);
        Assert.Equal("U8 [16]", $"{views["storage"]}");
        Assert.Equal("F32 [2]", $"{views["typed"]}");
    }

    [Fact]
    public void Settings_are_read_as_what_they_mean()
    {
        using InputFile file = Open("namespace.pt");
        Assert.True(TorchFile.Open(file).Root.TryGetDict(out PickleDict? root));
        Assert.True(root["args"].TryGetAttributes(out PickleDict? args));

        Assert.True(args["tensor_model_parallel_size"].TryGetInt64(out long size));
        Assert.Equal(2, size);
        Assert.True(args["lr"].TryGetDouble(out double rate));
        Assert.Equal(1e-4, rate);
        Assert.True(args["flag"].TryGetBool(out bool flag));
        Assert.True(flag);
        Assert.True(args["params_dtype"].TryGetDType(out DType dtype));
        Assert.Equal(DType.BF16, dtype);
        Assert.True(args["attention_backend"].TryGetEnum(out PickleGlobal? type, out long member));
        Assert.Equal(("AttnBackend", 5), (type.Name, member));
        Assert.True(args["save"].TryGetPath(out string? path));
        Assert.Equal("/ckpt/run", path);
        Assert.True(args["data_path"].TryGetItems(out IReadOnlyList<PickleValue>? items));
        Assert.Equal("'a' 'b'", string.Join(' ', items));
        Assert.Same(PickleValue.None, args["layout"]);
        Assert.Null(args["absent"]);
        Assert.True(args["np_scalar"].TryGetDouble(out double scalar));
        Assert.Equal(1.5, scalar);
        Assert.True(args["np_int"].TryGetInt64(out long number));
        Assert.Equal(7, number);
        Assert.True(args["size"].TryGetShape(out Shape shape));
        Assert.Equal([2, 3], shape);
        Assert.True(args["sns"].TryGetAttributes(out PickleDict? simple));
        Assert.Equal("{'x': 1}", $"{simple}");
        foreach (
            (string name, string contents) in new[]
            {
                ("od", "{'a': 1}"),
                ("cnt", "{'a': 2, 'b': 1}"),
                ("dd", "{'k': [1]}"),
            }
        )
        {
            Assert.True(args[name].TryGetDict(out PickleDict? dict));
            Assert.Equal(contents, $"{dict}");
        }

        Assert.True(args["st"].TryGetItems(out items));
        Assert.Equal("1 2", string.Join(' ', items));
        Assert.True(args["ba"].TryGetBytes(out ReadOnlyMemory<byte> bytes));
        Assert.Equal([1, 2], bytes.ToArray());
        Assert.True(args["opt"].TryGetAttributes(out PickleDict? optimizer));
        Assert.Same(PickleValue.None, optimizer["min_lr"]);
    }

    [Fact]
    public void A_stream_in_memory_is_its_bytes()
    {
        using InputFile file = Open("bytesio.pt");
        Assert.True(TorchFile.Open(file).Root.TryGetItems(out IReadOnlyList<PickleValue>? items));
        Assert.True(items[0].TryGetBytes(out ReadOnlyMemory<byte> bytes));
        Assert.Equal([(byte)'a', (byte)'b', (byte)'c', 0, 0xff], bytes.ToArray());
    }

    [Theory]
    [InlineData("malicious_os_system.pt")]
    [InlineData("malicious_eval.pt")]
    public void What_would_have_been_executed_is_only_text(string name)
    {
        using InputFile file = Open(name);
        TorchFile saved = TorchFile.Open(file);
        Assert.True(saved.Root.TryGetDict(out PickleDict? dict));
        PickleObject trap = Assert.Single(
            dict.Entries.Select(entry => entry.Value).OfType<PickleObject>(),
            it => saved.FindTensor(it) is null
        );
        Assert.Contains(trap.Class!.FullName, new[] { "posix.system", "__builtin__.eval" });
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), "PWNED_BY_PICKLE")));
    }

    [Fact]
    public void A_bare_pickle_is_no_file_of_torch()
    {
        using InputFile file = Open("malicious_bare.pkl");
        Assert.Throws<BadFileException>(() => TorchFile.Open(file));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Damaged_files_are_read_or_refused_but_nothing_else_happens(string name)
    {
        byte[] good = TorchFixtures.Bytes($"pt-misc/{name}");
        Random random = new(1);
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, name);
        try
        {
            for (int round = 0; round < 150; round++)
            {
                byte[] bad = good[..(round % 3 == 0 ? random.Next(good.Length) : good.Length)];
                for (int i = random.Next(4); i >= 0 && bad.Length > 0; i--)
                {
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                }

                File.WriteAllBytes(path, bad);
                ReadAll(path);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static void ReadAll(string path)
    {
        using InputFile file = InputFile.Open(path);
        try
        {
            foreach (NamedTensor tensor in TorchFile.Open(file).ListTensors())
            {
                if (tensor.View is { ByteCount: < 1 << 20 } view)
                {
                    view.ToArray();
                }
            }
        }
        catch (BadFileException) { }
    }

    private static float[] Floats(TensorView view) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(view.ToArray()).ToArray();

    private static InputFile Open(string name) => InputFile.Open(TorchFixtures.PathOf($"pt-misc/{name}"));
}
