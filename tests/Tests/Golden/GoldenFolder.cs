using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Golden;

/// <summary>Writes the Hugging Face folder that a manifest describes, but for its tokenizer.</summary>
public static class GoldenFolder
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static async Task WriteAsync(
        GoldenManifest manifest,
        string folder,
        Func<string, TensorView, TensorView>? change = null
    )
    {
        bool isPipeline = IsPipeline(manifest);
        folder = ModelPath(manifest, folder);
        Directory.CreateDirectory(folder);
        Dictionary<string, TensorView> tensors = manifest
            .HfTensors()
            .Names.ToDictionary(
                name => name,
                name =>
                    manifest.HfTensors().Find(name) is { } tensor && change is not null
                        ? change(name, tensor)
                        : manifest.HfTensors().Find(name)!
            );
        ShardPlan shards = manifest.Hf["shards"] is JsonObject files
            ? ShardPlan.ByFileMap(tensors.Keys, FileNames(files))
            : ShardPlan.BySize(
                tensors,
                ShardPlan.TransformersLimit,
                isPipeline ? WeightNames.Diffusers : WeightNames.Transformers
            );
        await TransferEngine.RunAsync(shards.ToLayouts(tensors, Metadata), folder, TransferOptions.Default);

        foreach (string name in (string[])["config", "generation_config"])
        {
            await WriteAsync(folder, name + ".json", PythonJson.Write(manifest.Hf[name]));
        }

        if (manifest.Hf["index"] is { } index)
        {
            JsonElement metadata = JsonElement.Parse(index["metadata"]!.ToJsonString());
            SafetensorsIndex written = SafetensorsIndex.Create(
                shards.WeightMap,
                tensors.Values.Sum(tensor => tensor.ByteCount),
                metadata.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value))
            );
            await WriteAsync(folder, WeightNames.Transformers.Index, written.Write(IndexStyle.Transformers));
        }
    }

    /// <summary>Where in a folder the model is: in a pipeline of diffusers one deeper.</summary>
    public static string ModelPath(GoldenManifest manifest, string folder) =>
        IsPipeline(manifest) ? Path.Combine(folder, HfFolder.TransformerName) : folder;

    private static bool IsPipeline(GoldenManifest manifest) =>
        manifest.Hf["config"]!.AsObject().ContainsKey("_class_name");

    private static Task WriteAsync(string folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder, name), text, new UTF8Encoding(false));

    // A manifest lists the tensors of each file.
    private static IEnumerable<KeyValuePair<string, string>> FileNames(JsonObject shards) =>
        shards.SelectMany(shard =>
            shard.Value!.AsArray().Select(name => KeyValuePair.Create(name!.GetValue<string>(), shard.Key))
        );
}
