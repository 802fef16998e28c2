using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conformance;

public sealed class SafetensorsTests(Python python) : IDisposable
{
    private static readonly string[] Names =
    [
        "",
        "é",
        "\u0000\u0001\u001f\u007f\u0080",
        "\"\\/\b\f\n\r\t",
        "\ue000",
        "😀",
        "</script>&'+",
        "model.layers.10.weight",
        "model.layers.9.weight",
    ];

    private static readonly DType[] DTypesOfTorch = [.. RandomTensors.TorchTypes.Where(dtype => dtype != DType.C128)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_we_write_is_what_safetensors_writes()
    {
        Random random = new(1);
        Dictionary<string, TensorView> tensors = RandomTensors
            .OfAllTorchTypes(random)
            .Where(tensor => tensor.Value.DType != DType.C128)
            .ToDictionary();
        foreach (string name in Names)
        {
            tensors.Add(name, RandomTensors.Make(DType.BF16, [3, 4], random));
        }

        Dictionary<string, string> metadata = new() { ["\u0000é\"😀\u007f"] = "\u001f\\/\n" };
        SafetensorsLayout layout = new("ours.safetensors", tensors, metadata);
        await TransferEngine.RunAsync(
            [layout],
            _folder.Path,
            TransferOptions.Default,
            cancellation: TestContext.Current.CancellationToken
        );
        string ours = _folder.File(layout.Name);
        string theirs = _folder.File("theirs.safetensors");
        python.Call("safetensors_files", "rewrite", ours, theirs);
        Assert.Equal(File.ReadAllBytes(theirs), File.ReadAllBytes(ours));

        Description.AssertSame(python.Call("safetensors_files", "describe", ours), tensors);
    }

    [Fact]
    public void What_safetensors_writes_is_read()
    {
        JsonArray wanted = [.. DTypesOfTorch.Select(dtype => Wanted($"a.{dtype}", dtype, [3, 4]))];
        wanted.Add(Wanted("scalar", DType.F32, []));
        wanted.Add(Wanted("empty", DType.BF16, [0, 3]));
        string path = _folder.File("theirs.safetensors");
        JsonElement saved = python.Call(
            "safetensors_files",
            "save",
            path,
            wanted,
            new JsonObject { ["format"] = "pt" }
        );
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Description.AssertSame(saved, file.Tensors);
        Assert.Equal([KeyValuePair.Create("format", "pt")], file.Metadata!);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_as_safetensors_does()
    {
        byte[][] files = [.. Enumerable.Range(0, 3000).Select(seed => HeaderMutation.Make(new Random(seed)))];
        string[] paths = [.. files.Select((_, i) => _folder.File($"{i:D4}.safetensors"))];
        for (int i = 0; i < files.Length; i++)
        {
            File.WriteAllBytes(paths[i], files[i]);
        }

        JsonElement judged = python.Call("safetensors_files", "judge", new JsonArray([.. paths]));
        int accepted = 0;
        foreach ((string path, JsonElement theirs) in paths.Zip(judged.EnumerateArray()))
        {
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                Assert.True(theirs.ValueKind == JsonValueKind.Object, $"{path} is read, but safetensors refuses it.");
                Description.AssertSame(theirs, file.Tensors);
                accepted++;
            }
            catch (BadFileException e) when (theirs.ValueKind == JsonValueKind.Object)
            {
                // There the last one of two wins, and a size may be large when another one is 0.
                Assert.Matches("twice|exceeds 64 bits", e.Fault);
            }
            catch (BadFileException) { }
        }

        Assert.InRange(accepted, 100, 2900);
    }

    [Fact]
    public void Models_are_cut_into_files_as_huggingface_hub_cuts_them()
    {
        Random random = new(2);
        for (int i = 0; i < 200; i++)
        {
            int limit = random.Next(1, 60);
            int[] sizes = [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => random.Next(0, 40))];
            ShardPlan plan = ShardPlan.BySize(
                sizes.Select(
                    (size, k) => KeyValuePair.Create<string, TensorView>($"{k}", new ZeroView(DType.U8, [size]))
                ),
                limit
            );
            JsonArray asked = [.. sizes.Select(size => (JsonNode)size)];
            JsonElement theirs = python.Call("safetensors_files", "shards", asked, limit);
            Assert.Equal(
                theirs.EnumerateArray().Select(shard => shard.GetRawText().Replace(" ", "", StringComparison.Ordinal)),
                plan.Shards.Select(shard => $"[\"{shard.FileName}\",[\"{string.Join("\",\"", shard.Tensors)}\"]]")
            );
        }
    }

    private static JsonArray Wanted(string name, DType dtype, Shape shape) =>
        [name, dtype.SafetensorsName(), new JsonArray([.. shape.Select(size => JsonValue.Create(size))])];
}
