using System.Text.Json;

namespace MegatronBridge.Tests.Storage.TorchDist;

/// <summary>Checkpoints that the real tools have written (tests/Fixtures/torch_dist).</summary>
internal static class Samples
{
    /// <summary>Written by Megatron-Core, so that its plans are in the index.</summary>
    public static string[] Megatron { get; } =
    [
        "bridge-llama-tp2pp2/iter_0000000",
        "bridge-save/iter_0000000",
        "megatron-dist-1rank",
        "megatron-dist-commonpt/iter_0000010",
        "megatron-dist-fullyparallel-dp2",
        "megatron-dist-moe-ep2",
        "megatron-dist-moe-freq-pp2",
        "megatron-dist-nonhomogeneous-tp2",
        "megatron-dist-singleton-shards",
        "megatron-dist-tp2pp2",
    ];

    /// <summary>Written by <c>torch.distributed.checkpoint</c> alone, or by hand.</summary>
    public static string[] Others { get; } =
    [
        "bridge-handmade/iter_0000000",
        "dcp-1rank",
        "dcp-1rank-3threads",
        "dcp-1rank-file-per-item",
        "dcp-2rank",
        "dcp-4rank-sharded",
        "dcp-old-metadata-emulated",
    ];

    /// <summary>The folder of a sample.</summary>
    public static string Folder(string sample) =>
        Path.Combine(AppContext.BaseDirectory, "Fixtures", "torch_dist", sample);

    /// <summary>What the real tools found in the sample: an object with <c>tensors</c> and <c>objects</c>.</summary>
    public static JsonElement Expected(string sample)
    {
        string[] parts = sample.Split('/', 2);
        string path = Path.Combine(Folder(parts[0]), "expected.json");
        JsonElement all = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return parts.Length == 1
            ? all
            : all.EnumerateObject().First(folder => folder.Name.EndsWith(parts[1], StringComparison.Ordinal)).Value;
    }
}
