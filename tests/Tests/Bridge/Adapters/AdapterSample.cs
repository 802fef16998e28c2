using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MegatronBridge.Adapters;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>An adapter that the real Megatron-Bridge saved and exported, and a folder for what a test makes of it.</summary>
internal sealed class AdapterSample(string name) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>All of them.</summary>
    public static TheoryData<string> Names { get; } =
        new(
            "llama-lora",
            "llama-dora",
            "llama-canonical",
            "qwen3moe-lora",
            "qwen3moe-lora-perexpert",
            "qwen3moe-lora-normalize",
            "deepseek_v3-lora"
        );

    /// <summary>The checkpoint of adapters.</summary>
    public string Megatron => Fixture("adapter");

    /// <summary>What the real bridge exported.</summary>
    public string Peft => Fixture("peft");

    /// <summary>A path in the test's folder.</summary>
    public string this[string path] => _folder[path];

    /// <summary>Hashes of the weights that the real bridge's merge changed.</summary>
    public JsonObject Merged => JsonNode.Parse(File.ReadAllText(Fixture("merged.json")))!.AsObject();

    /// <summary>What transformers computes with the adapter beside the layers of the model, whose weights are widened to float32.</summary>
    public JsonNode Logits => JsonNode.Parse(File.ReadAllText(Fixture("logits.json")))!;

    /// <summary>Writes the Hugging Face model that is adapted, its weights widened when asked.</summary>
    public async Task<string> WriteBaseAsync(DType? dtype = null)
    {
        await GoldenFolder.WriteAsync(
            GoldenManifest.Load(name.Split('-')[0]),
            this["base"],
            (_, tensor) => dtype is { } wanted ? tensor.CastTo(wanted) : tensor
        );
        return this["base"];
    }

    /// <summary>Exports the checkpoint.</summary>
    public async Task<string> ExportAsync(string? checkpoint = null, string target = "export", string? model = null)
    {
        using AdapterExporter exporter = AdapterExporter.Open(
            new()
            {
                MegatronPath = checkpoint ?? Megatron,
                HfPath = this[target],
                HfModel = model,
                BaseName = "hf",
            }
        );
        await exporter.RunAsync();
        return this[target];
    }

    /// <summary>Imports a folder of peft.</summary>
    public async Task<string> ImportAsync(string adapter, string model, string target = "import")
    {
        using AdapterImporter importer = AdapterImporter.Open(
            new()
            {
                HfAdapter = adapter,
                MegatronPath = this[target],
                BaseModel = model,
            }
        );
        await importer.RunAsync();
        return this[target];
    }

    /// <summary>Merges an adapter into a model.</summary>
    public async Task<string> MergeAsync(string model, string adapter, string target = "merged")
    {
        using AdapterMerger merger = AdapterMerger.Open(
            new()
            {
                BaseModel = model,
                Adapter = adapter,
                Output = this[target],
            }
        );
        await merger.RunAsync();
        return this[target];
    }

    /// <summary>Type, shape and hash of each tensor of a safetensors file.</summary>
    public static Dictionary<string, string> Tensors(string folder, string file = "adapter_model.safetensors")
    {
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(folder, file));
        return Describe(tensors);
    }

    /// <summary>The same of each tensor of a checkpoint.</summary>
    public static Dictionary<string, string> CheckpointTensors(string path)
    {
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        return Describe(checkpoint);
    }

    /// <summary>Bytes of the tensors of a folder of peft.</summary>
    public static long ByteCount(string folder)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        return file.Tensors.Sum(tensor => tensor.Value.ByteCount);
    }

    public static string Hash(TensorView view) => Convert.ToHexStringLower(SHA256.HashData(view.ToArray()));

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, string> Describe(ITensorSource source) =>
        source.Names.ToDictionary(name => name, name => $"{source.Find(name)} {Hash(source.Find(name)!)}");

    private string Fixture(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "peft", name, file);
}
